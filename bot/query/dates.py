"""Date parser: 2026, 2026-03, 15 March 2026, march, Q1 2026, last month, 3 days ago."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.query import calendar
from bot.query.calendar import UNITS, DateSpan
from bot.query.tokens import word_at

_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {form: number for number, name in enumerate(_NAMES, 1) for form in (name, name[:3])} | {"sept": 9}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_DAY = re.compile(r"(0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?")
_YEAR = re.compile(r"[0-9]{4}")
_SMALL = re.compile(r"[0-9]{1,9}")
_QUARTER = re.compile(r"q([1-4])")
NUMBERS = {
    name: number
    for number, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
} | {"fifteen": 15, "twenty": 20}
_FEW = NUMBERS | {"few": 3, "couple": 2, "several": 5, "a": 1, "an": 1}
_PARTS = {"early": 1, "mid": 5, "late": 9}
_DAY_BEFORE = ("day", "before", "yesterday")
#: what precedes the age of a young paper
_YOUNGER = tuple(
    tuple(lead.split())
    for lead in ("at most", "no more than", "not more than", "less than", "under", "up to", "max", "maximum")
)

#: words that can start a date
_FIRST = frozenset(
    """
    today yesterday now this current last past previous early late mid day q1 q2 q3 q4
    """.split()
) | {*_MONTHS, *_DAYS, *_FEW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date found in a line."""

    #: position after the date
    end: int
    #: None if the date does not exist
    span: DateSpan | None
    #: unambiguously a date, regardless of context
    clear: bool = False
    #: given without a year, so the latest one that has begun is meant
    floating: bool = False


def date_at(words: Sequence[str], place: int, today: date) -> Dated | None:
    """Return the longest date that starts at a position, or None."""
    word = word_at(words, place)
    if not word or not (word[0].isdecimal() or word in _FIRST or word.partition("-")[0] in _PARTS or word[0] == "q"):
        return None
    return (
        _numbered(words, place)
        or _month_first(words, place, today)
        or _day_first(words, place, today)
        or _quarter(words, place, today)
        or _part_of_year(words, place)
        or _day_before_yesterday(words, place, today)
        or _relative(words, place, today)
        or _ago(words, place, today)
    )


def number(word: str) -> int | None:
    """Return the value of a small number in digits or words, or None."""
    return int(word) if _SMALL.fullmatch(word) else NUMBERS.get(word)


def _possible(build: Callable[[], DateSpan]) -> DateSpan | None:
    with suppress(ValueError):
        return build()
    return None


def _day_or_month(one: int, other: int, year: int) -> DateSpan:
    """Return the day of 15/03/2026 or 03/15/2026. Raise `ValueError` if the order is ambiguous: 03/04/2026."""
    if one <= 12 and other <= 12 and one != other:
        raise ValueError(one)
    return calendar.of_days(year, min(one, other), max(one, other))


#: pattern of each numeric form, the function that builds its span, and whether the form is unambiguous
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., DateSpan], bool], ...] = (
    (re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:t[0-9:.+z-]{1,20})?"), calendar.of_days, True),
    (re.compile(r"([0-9]{4})-([0-9]{2})"), calendar.of_months, True),
    (re.compile(r"([0-9]{4})[/.]([0-9]{1,2})"), calendar.of_months, False),
    (re.compile(r"([0-9]{4})-?q([1-4])"), lambda year, part: calendar.of_months(year, 3 * part - 2, 3), True),
    (re.compile(r"q([1-4])[-/]?([0-9]{4})"), lambda part, year: calendar.of_months(year, 3 * part - 2, 3), True),
    (re.compile(r"([0-9]{4})-?w([0-9]{1,2})"), calendar.of_week, True),
    (re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"), calendar.of_days, False),
    (re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})"), lambda d, m, year: calendar.of_days(year, m, d), True),
    (re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})"), _day_or_month, True),
    (re.compile(r"([0-9]{1,2})/([0-9]{4})"), lambda month, year: calendar.of_months(year, month), False),
    (re.compile(r"([0-9]{4})"), lambda year: calendar.of_months(year, 1, 12), False),
)


def _numbered(words: Sequence[str], place: int) -> Dated | None:
    word = words[place]
    if not word[:2].strip("q").isdecimal() or not word.isascii():
        return None
    if _YEAR.fullmatch(word) and (part := _QUARTER.fullmatch(word_at(words, place + 1))):
        span = _possible(lambda: calendar.of_months(int(word), 3 * int(part[1]) - 2, 3))
        return Dated(end=place + 2, span=span, clear=True)
    for form, build, clear in _FORMS:
        if match := form.fullmatch(word):
            span = _possible(partial(build, *map(int, match.groups())))
            # "2024-25" is not a month but may be a season
            return Dated(end=place + 1, span=span, clear=clear and (span is not None or match.re.groups == 3))
    return None


#: months that are also words, or names: "may 10 agents agree", "march 3"
_ALSO_WORDS = frozenset({"may", "march", "mar"})


def _month_first(words: Sequence[str], place: int, today: date) -> Dated | None:
    month = _MONTHS.get(words[place])
    if month is None:
        return None
    day, end = _DAY.fullmatch(word_at(words, place + 1)), place + 1
    if day is None:
        year, end = _year_at(words, end)
        return _monthly(month, year, end, today)
    year, end = _year_at(words, end + 1)
    return _daily(int(day[1]), month, year, end, today, clear=words[place] not in _ALSO_WORDS)


def _day_first(words: Sequence[str], place: int, today: date) -> Dated | None:
    day = _DAY.fullmatch(words[place])
    end = place + 1 + (word_at(words, place + 1) == "of")
    month = _MONTHS.get(word_at(words, end))
    if day is None or month is None:
        return None
    year, end = _year_at(words, end + 1)
    return _daily(int(day[1]), month, year, end, today, clear=words[end - 1] not in _ALSO_WORDS)


def _quarter(words: Sequence[str], place: int, today: date) -> Dated | None:
    part = _QUARTER.fullmatch(words[place])
    if part is None:
        return None
    first = 3 * int(part[1]) - 2
    said, end = _year_at(words, place + 1)
    year = said or today.year - (first > today.month)
    span = _possible(lambda: calendar.of_months(year, first, 3))
    return Dated(end=end, span=span, clear=said is not None, floating=said is None)


def _part_of_year(words: Sequence[str], place: int) -> Dated | None:
    """Parse a third of a year: "early 2025", "mid-2025", "late 2025"."""
    part, hyphen, joined = words[place].partition("-")
    year, end = (joined, place + 1) if hyphen else (word_at(words, place + 1), place + 2)
    if part not in _PARTS or not _YEAR.fullmatch(year) or not year.isascii():
        return None
    return Dated(end=end, span=_possible(lambda: calendar.of_months(int(year), _PARTS[part], 4)))


def _year_at(words: Sequence[str], place: int) -> tuple[int | None, int]:
    start = place + (word_at(words, place) == "of")
    year = word_at(words, start)
    return (int(year), start + 1) if year.isascii() and _YEAR.fullmatch(year) else (None, place)


def _monthly(month: int, year: int | None, end: int, today: date) -> Dated:
    when = year if year is not None else today.year - (month > today.month)
    span = _possible(lambda: calendar.of_months(when, month))
    return Dated(end=end, span=span, clear=year is not None, floating=year is None)


def _daily(day: int, month: int, year: int | None, end: int, today: date, *, clear: bool) -> Dated:
    if year is not None:
        return Dated(end=end, span=_possible(lambda: calendar.of_days(year, month, day)), clear=True)
    latest = today.year - ((month, day) > (today.month, today.day))
    # the latest 29 February may be eight years ago
    spans = (_possible(partial(calendar.of_days, latest - back, month, day)) for back in range(9))
    return Dated(end=end, span=next(filter(None, spans), None), clear=clear, floating=True)


def _day_before_yesterday(words: Sequence[str], place: int, today: date) -> Dated | None:
    if tuple(words[place : place + len(_DAY_BEFORE)]) != _DAY_BEFORE:
        return None
    day = calendar.ago(2, "day", today)
    return Dated(end=place + len(_DAY_BEFORE), span=calendar.of_days(*_numbers(day)), clear=True)


def _relative(words: Sequence[str], place: int, today: date) -> Dated | None:
    first, second = words[place], word_at(words, place + 1)
    if first in ("today", "yesterday", "now"):
        span = calendar.of_days(*_numbers(calendar.ago(1, "day", today))) if first == "yesterday" else DateSpan(today)
        return Dated(end=place + 1, span=span, clear=first == "yesterday")
    if first in _DAYS:
        return Dated(end=place + 1, span=calendar.latest_weekday(_DAYS.index(first), today))
    unit = UNITS.get(second, "") if second in UNITS and not second.endswith("s") else ""
    if first in ("this", "last", "past") and second in _MONTHS:
        return _monthly(_MONTHS[second], None, place + 2, today)
    if first in ("last", "past", "previous") and second == "fortnight":
        return Dated(end=place + 2, span=calendar.trailing(2, "week", today), clear=True)
    if first in ("this", "current") and unit and unit != "hour":
        return Dated(end=place + 2, span=calendar.current(unit, today), clear=True)
    if first in ("last", "previous") and unit and unit not in ("hour", "day"):
        return Dated(end=place + 2, span=calendar.previous(unit, today), clear=True)
    if first == "last" and second in _DAYS:
        return Dated(end=place + 2, span=calendar.latest_weekday(_DAYS.index(second), today), clear=True)
    if first in ("last", "past", "previous"):
        return _trailing(words, place + 1, today)
    return None


def _trailing(words: Sequence[str], place: int, today: date) -> Dated | None:
    counted = _counted(words, place) or (1, UNITS.get(word_at(words, place), ""), place + 1)
    count, unit, end = counted
    return Dated(end=end, span=calendar.trailing(count, unit, today), clear=True) if unit else None


def _ago(words: Sequence[str], place: int, today: date) -> Dated | None:
    counted = _counted(words, place)
    if counted is None or word_at(words, counted[2]) != "ago":
        return None
    day = calendar.ago(counted[0], counted[1], today)
    return Dated(end=counted[2] + 1, span=calendar.of_days(*_numbers(day)))


def age_at(words: Sequence[str], place: int, today: date) -> Dated | None:
    """Parse the largest age of a paper: "at most 3 months old", "less than a year old", "3 months old or less"."""
    start = place + len(next((lead for lead in _YOUNGER if tuple(words[place : place + len(lead)]) == lead), ()))
    counted = _counted(words, start)
    if start == place or counted is None or word_at(words, counted[2]) != "old":
        return None
    return Dated(end=counted[2] + 1, span=DateSpan(calendar.ago(counted[0], counted[1], today)), clear=True)


def _counted(words: Sequence[str], place: int) -> tuple[int, str, int] | None:
    """Parse "three days" or "a couple of weeks". Return count, unit and the position after them."""
    start = place + (word_at(words, place) == "a" and word_at(words, place + 1) in ("few", "couple"))
    count = number(word_at(words, start)) or _FEW.get(word_at(words, start))
    end = start + 1 + (word_at(words, start + 1) == "of")
    unit = UNITS.get(word_at(words, end))
    if count and word_at(words, end) in ("fortnight", "fortnights"):
        return 2 * count, "week", end + 1
    return (count, unit, end + 1) if count and unit else None


def duration_at(words: Sequence[str], place: int, today: date) -> Dated | None:
    """Parse an age such as "3 months" in "older than 3 months"."""
    counted = _counted(words, place)
    return (
        Dated(end=counted[2], span=DateSpan(calendar.ago(counted[0], counted[1], today)), clear=True)
        if counted
        else None
    )


def _numbers(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day
