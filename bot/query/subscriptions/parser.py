"""Parser for subscriptions: extracts the schedule, then the options; the rest is the query.

Options are name:value: size:5, votes:>=20, empty:best, repeat:7, silent:no, role:@readers, layout:full,
thumbnails:no, living:yes, thread:yes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot import query
from bot.domain import schedule
from bot.domain.i18n import Message, tr
from bot.domain.pages import Layout
from bot.domain.subscriptions import EmptyDay
from bot.domain.taste import Strength
from bot.domain.text import keyword, shorten
from bot.query import MOST_PAPERS
from bot.query.subscriptions.spec import SubscriptionSpec

#: query text that stands for all papers
EVERYTHING = "everything"
#: longest text that is parsed, in characters; no platform has longer messages
MOST_LETTERS = 4_096
_QUERY = "query:"
_BEHIND = tr("everything after the first {count} characters", count=MOST_LETTERS)
#: options only if no topic follows, as in "silent speech"
_AT_THE_END = {"silent": "silent", "silently": "silent", "quietly": "silent", "save": "save"}
#: longest role name on any platform
LONGEST_ROLE = 100
#: more votes than any paper has
MOST_VOTES = 1_000_000
_LONGEST_QUOTE = 40

QUOTES = '"“”„'
#: a word, or a quoted text with adjacent characters
_TOKEN = re.compile(rf"[^\s{QUOTES}]*[{QUOTES}][^{QUOTES}]*[{QUOTES}]\S*|\S+")
_COMPARED = re.compile(r"^(votes|threshold)(?=[>≥=])", re.IGNORECASE)
_VOTES = re.compile(r"(>=|≥|=|>)?([0-9]{1,7})\+?")

_EMPTY = {each.value: each for each in EmptyDay} | dict.fromkeys(("skip", "silence", "none"), EmptyDay.NOTHING)
_REPEAT = {"7": 7, "7d": 7, "week": 7, "30": 30, "30d": 30, "month": 30, "never": 0, "no": 0}
_YES, _NO = frozenset("yes on true 1".split()), frozenset("no off false 0".split())
_NOBODY = frozenset("none nobody no off".split())


def read(text: str, now: datetime) -> SubscriptionSpec:
    """Parse a subscription. Any text is valid; a long one is truncated.

    Relative dates refer to `now` (aware), in the subscription's own time zone if the text names one, else in the
    zone of `now`.
    """
    when = schedule.read(text[:MOST_LETTERS])
    spec, rest = SubscriptionSpec(when=replace(when, rest="", complaints=()), complaints=when.complaints), list[str]()
    for piece in _options(_tokens(when.rest)):
        if isinstance(piece, SubscriptionOption):
            spec = _with_option(spec, piece)
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
    topics = [word for word in rest if word.casefold().startswith(_QUERY)]
    words = " ".join(word[len(_QUERY) :] if word.casefold().startswith(_QUERY) else word for word in rest)
    asked = query.parse(words, today)
    understood = query.show(replace(asked, limit=None, min_votes=None))
    if not understood and any(len(topic) > len(_QUERY) for topic in topics):
        # all papers instead of a topic are asked for with a word of their own
        topic = shorten(words, _LONGEST_QUOTE)
        spec = replace(spec, complaints=(*spec.complaints, tr("I can't search for “{topic}”.", topic=topic)))
    return replace(
        spec,
        query="" if understood == EVERYTHING else understood if understood or topics else None,
        size=spec.size if asked.limit is None else asked.limit,
        asked_size=spec.asked_size if asked.limit is None else asked.asked_limit,
        threshold=spec.threshold if asked.min_votes is None else min(asked.min_votes, MOST_VOTES),
        ignored=asked.ignored,
    )


class _InvalidValue(Exception):
    """Raised for an invalid option value."""

    def __init__(self, message: Callable[[str], Message]) -> None:
        """`message` makes a sentence of the typed option that says what is accepted."""
        super().__init__()
        self.message = message


@dataclass(frozen=True, slots=True)
class SubscriptionOption:
    """An option and its value, as typed."""

    name: str
    value: str


def _tokens(text: str) -> list[str]:
    """Return the words of a text; quoted text is one word."""
    return _TOKEN.findall(text)


def _options(typed: Sequence[str]) -> Iterator[SubscriptionOption | str]:
    """Yield options, and all other words unchanged. A blank may separate name and value: "size: 5"."""
    place = 0
    while place < len(typed):
        option = _option(typed[place])
        place += 1
        if option is not None and not option.value and place < len(typed) and _option(typed[place]) is None:
            option = replace(option, value=typed[place])
            place += 1
        yield typed[place - 1] if option is None else option


def _with_option(spec: SubscriptionSpec, option: SubscriptionOption) -> SubscriptionSpec:
    """Return the subscription spec with the option applied, or with a complaint about its value."""
    value = option.value.strip(QUOTES + " ")
    try:
        return _READERS[option.name](spec, value)
    except _InvalidValue as invalid:
        typed = shorten(f"{option.name}:{value}", _LONGEST_QUOTE)
        return replace(spec, complaints=(*spec.complaints, invalid.message(typed)))


def _option(token: str) -> SubscriptionOption | None:
    name, colon, value = _COMPARED.sub(r"\1:", token, count=1).partition(":")
    known = name.casefold()
    return SubscriptionOption(known, value) if colon and known in _READERS else None


def _size(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise _InvalidValue(
            lambda typed: tr(
                "“{typed}” isn't a number of papers. Use top 5, up to {most}.", typed=typed, most=MOST_PAPERS
            )
        )
    asked, size = int(value), max(1, min(int(value), MOST_PAPERS))
    return replace(spec, size=size, asked_size=None if size == asked else asked)


def _threshold(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    match = _VOTES.fullmatch(value.replace(" ", ""))
    if match is None:
        raise _InvalidValue(lambda typed: tr("“{typed}” isn't a number of votes. Use votes:>=20.", typed=typed))
    return replace(spec, threshold=min(int(match[2]) + (match[1] == ">"), MOST_VOTES))


def _empty(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    if value.casefold() not in _EMPTY:
        raise _InvalidValue(
            lambda typed: tr(
                "I can't do “{typed}” on days without papers. Use empty:note, empty:best or empty:nothing.", typed=typed
            )
        )
    return replace(spec, empty=_EMPTY[value.casefold()])


def _repeat(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    days = _REPEAT.get(value.casefold().removesuffix("days").rstrip())
    if days is None:
        raise _InvalidValue(
            lambda typed: tr("I can't do “{typed}”. Use repeat:7, repeat:30 or repeat:never.", typed=typed)
        )
    return replace(spec, repeat_days=days)


def _silent(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    said = _yes_or_no(
        value, lambda typed: tr("“{typed}” is neither yes nor no. Use silent:yes or silent:no.", typed=typed)
    )
    return replace(spec, silent=said)


def _yes_or_no(value: str, message: Callable[[str], Message]) -> bool:
    if value.casefold() not in _YES | _NO:
        raise _InvalidValue(message)
    return value.casefold() in _YES


def _role(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    role = " ".join(re.sub(rf"[{QUOTES}]", "", value).split())
    if not role or len(role) > LONGEST_ROLE:
        raise _InvalidValue(
            lambda typed: tr("“{typed}” isn't a role. Use role:@readers, or role:none for nobody.", typed=typed)
        )
    return replace(spec, role="" if role.casefold() in _NOBODY else role)


def _taste(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    try:
        return replace(spec, taste=Strength(value.casefold()))
    except ValueError:
        raise _InvalidValue(
            lambda typed: tr("“{typed}” isn't a taste setting. Use taste:off, taste:mild or taste:strong.", typed=typed)
        ) from None


def _layout(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    try:
        return replace(spec, layout=Layout(value.casefold()))
    except ValueError:
        raise _InvalidValue(
            lambda typed: tr(
                "“{typed}” isn't a layout. Use layout:compact, layout:cards, layout:full or layout:rich.", typed=typed
            )
        ) from None


def _thumbnails(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    said = _yes_or_no(
        value, lambda typed: tr("“{typed}” is neither yes nor no. Use thumbnails:yes or thumbnails:no.", typed=typed)
    )
    return replace(spec, thumbnails=said)


def _living(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    said = _yes_or_no(
        value, lambda typed: tr("“{typed}” is neither yes nor no. Use living:yes or living:no.", typed=typed)
    )
    return replace(spec, living=said)


def _discussion(spec: SubscriptionSpec, value: str) -> SubscriptionSpec:
    said = _yes_or_no(
        value, lambda typed: tr("“{typed}” is neither yes nor no. Use thread:yes or thread:no.", typed=typed)
    )
    return replace(spec, discussion=said)


_READERS: dict[str, Callable[[SubscriptionSpec, str], SubscriptionSpec]] = {
    "size": _size,
    "count": _size,
    "top": _size,
    "votes": _threshold,
    "threshold": _threshold,
    "empty": _empty,
    "repeat": _repeat,
    "silent": _silent,
    "role": _role,
    "taste": _taste,
    "layout": _layout,
    "thumbnails": _thumbnails,
    "living": _living,
    "thread": _discussion,
}
