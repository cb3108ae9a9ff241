"""From words to a wish: the schedule is taken out, then the options; what is left is the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot import query
from bot.domain import schedule
from bot.domain.text import keyword
from bot.query.subscriptions.options import MOST_VOTES, Option, options, tokens, with_option
from bot.query.subscriptions.spec import SubscriptionSpec

#: what a whole query says that wants no words: every paper
EVERYTHING = "everything"
#: letters that are read; no platform carries a longer message
MOST_LETTERS = 4_096
_QUERY = "query:"
_BEHIND = f"all that stands behind the first {MOST_LETTERS:,} letters"
#: "silent speech" is a topic, so they are options only where no topic follows
_AT_THE_END = {"silent": "silent", "silently": "silent", "quietly": "silent", "save": "save"}


def read(text: str, now: datetime) -> SubscriptionSpec:
    """Find a subscription in what a person typed. Any text can be read; what is very long only at its beginning.

    "Since March" is meant as of `now` (aware) where the reader lives, or in its own zone where the text has none.
    """
    when = schedule.read(text[:MOST_LETTERS])
    wish, rest = SubscriptionSpec(when=replace(when, rest="", complaints=()), complaints=when.complaints), list[str]()
    for piece in options(tokens(when.rest)):
        if isinstance(piece, Option):
            wish = with_option(wish, piece)
        else:
            rest.append(piece)
    while rest and (last := _AT_THE_END.get(keyword(rest[-1]).rstrip(".,!"))):
        wish = replace(wish, silent=True) if last == "silent" else replace(wish, save=True)
        rest.pop()
    today = (now.astimezone(schedule.zone(wish.when.zone)) if wish.when.zone else now).date()
    wish = _with_query(wish, rest, today)
    return wish if len(text) <= MOST_LETTERS else replace(wish, ignored=(*wish.ignored[:3], _BEHIND))


def change(text: str, now: datetime) -> SubscriptionSpec:
    """The same for a subscription that has its words already: a place that stands alone is a zone, not a topic."""
    wish = read(text, now)
    place = query.parse(wish.query or "", now.date()).words
    zone = schedule.find_zone(" ".join(place[1:] if place[:1] == ("in",) else place)) if place else None
    if zone is None or wish.when.zone:
        return wish
    return replace(wish, query=None, when=replace(wish.when, zone=zone))


def _with_query(wish: SubscriptionSpec, rest: Sequence[str], today: date) -> SubscriptionSpec:
    said = any(word.casefold().startswith(_QUERY) for word in rest)
    words = " ".join(word[len(_QUERY) :] if word.casefold().startswith(_QUERY) else word for word in rest)
    asked = query.parse(words, today)
    understood = query.show(replace(asked, limit=None, min_votes=None))
    return replace(
        wish,
        query="" if understood == EVERYTHING else understood if understood or said else None,
        size=wish.size if asked.limit is None else asked.limit,
        asked_size=wish.asked_size if asked.limit is None else asked.asked_limit,
        threshold=wish.threshold if asked.min_votes is None else min(asked.min_votes, MOST_VOTES),
        ignored=asked.ignored,
    )
