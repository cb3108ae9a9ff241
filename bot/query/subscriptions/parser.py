"""Parser for subscriptions: extracts the schedule, then the options; the rest is the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot import query
from bot.domain import schedule
from bot.domain.text import keyword
from bot.query.subscriptions.options import MOST_VOTES, Option, options, tokens, with_option
from bot.query.subscriptions.spec import SubscriptionSpec

#: query text that stands for all papers
EVERYTHING = "everything"
#: longest text that is parsed, in characters; no platform has longer messages
MOST_LETTERS = 4_096
_QUERY = "query:"
_BEHIND = f"all that stands behind the first {MOST_LETTERS:,} letters"
#: options only if no topic follows, as in "silent speech"
_AT_THE_END = {"silent": "silent", "silently": "silent", "quietly": "silent", "save": "save"}


def read(text: str, now: datetime) -> SubscriptionSpec:
    """Parse a subscription. Any text is valid; a long one is truncated.

    Relative dates refer to `now` (aware), in the subscription's own time zone if the text names one, else in the
    zone of `now`.
    """
    when = schedule.read(text[:MOST_LETTERS])
    spec, rest = SubscriptionSpec(when=replace(when, rest="", complaints=()), complaints=when.complaints), list[str]()
    for piece in options(tokens(when.rest)):
        if isinstance(piece, Option):
            spec = with_option(spec, piece)
        else:
            rest.append(piece)
    while rest and (last := _AT_THE_END.get(keyword(rest[-1]).rstrip(".,!"))):
        spec = replace(spec, silent=True) if last == "silent" else replace(spec, save=True)
        rest.pop()
    today = (now.astimezone(schedule.zone(spec.when.zone)) if spec.when.zone else now).date()
    spec = _with_query(spec, rest, today)
    return spec if len(text) <= MOST_LETTERS else replace(spec, ignored=(*spec.ignored[:3], _BEHIND))


def change(text: str, now: datetime) -> SubscriptionSpec:
    """Parse a change to an existing subscription: a place on its own is a time zone here, not a topic."""
    spec = read(text, now)
    place = query.parse(spec.query or "", now.date()).words
    zone = schedule.find_zone(" ".join(place[1:] if place[:1] == ("in",) else place)) if place else None
    if zone is None or spec.when.zone:
        return spec
    return replace(spec, query=None, when=replace(spec.when, zone=zone))


def _with_query(spec: SubscriptionSpec, rest: Sequence[str], today: date) -> SubscriptionSpec:
    said = any(word.casefold().startswith(_QUERY) for word in rest)
    words = " ".join(word[len(_QUERY) :] if word.casefold().startswith(_QUERY) else word for word in rest)
    asked = query.parse(words, today)
    understood = query.show(replace(asked, limit=None, min_votes=None))
    return replace(
        spec,
        query="" if understood == EVERYTHING else understood if understood or said else None,
        size=spec.size if asked.limit is None else asked.limit,
        asked_size=spec.asked_size if asked.limit is None else asked.asked_limit,
        threshold=spec.threshold if asked.min_votes is None else min(asked.min_votes, MOST_VOTES),
        ignored=asked.ignored,
    )
