"""Pure: why a digest is empty, as data. The words are in bot.views.shortfalls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.digest import Digest, Funnel

_DAY = timedelta(days=1)
_SATURDAY = 5
NOTHING_LISTED = Funnel()


class Cause(StrEnum):
    """What left nothing to deliver."""

    #: no list came out on any of the days
    NO_LIST = "no list"
    #: the source was last heard of before it could tell of the days
    SOURCE_SILENT = "source silent"
    #: no paper of the lists answers the query
    OFF_TOPIC = "off topic"
    #: papers answer, and none has the votes that are wanted
    TOO_FEW_VOTES = "too few votes"
    #: the chat has had all that answer
    ALL_SEEN = "all seen"


class Absence(StrEnum):
    """Why there is no list."""

    #: there are only lists of weekdays
    WEEKEND = "weekend"
    #: a weekday is over and had no list
    HOLIDAY = "holiday"
    #: today's list may still come out
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Why a digest is empty, with the numbers that show it."""

    cause: Cause
    #: the list days that it was to tell of
    first: date
    last: date
    funnel: Funnel = NOTHING_LISTED
    #: votes that a paper must have
    threshold: int = 0
    #: where there is no list
    absence: Absence | None = None
    #: weekdays that are over and had no list
    missing: tuple[date, ...] = ()
    #: when anything was heard of the source last, where it is silent; None for never
    since: datetime | None = None


def shortfall(digest: Digest, at: datetime, newest: datetime | None) -> Shortfall | None:
    """Return why a digest that was due at `at` is empty; None where it is not.

    `newest` is when anything had been observed last.
    """
    if digest.picks:
        return None
    today = at.date()
    if newest is None or digest.as_of < at:
        return Shortfall(cause=Cause.SOURCE_SILENT, first=digest.first, last=today, since=newest)
    if digest.funnel.listed:
        return Shortfall(
            cause=_filtered(digest.funnel),
            first=digest.first,
            last=digest.last,
            funnel=digest.funnel,
            threshold=digest.threshold,
        )
    missing = tuple(day for day in _weekdays(digest.first, today - _DAY))
    if missing and newest < datetime.combine(missing[-1] + _DAY, time(), UTC):
        return Shortfall(cause=Cause.SOURCE_SILENT, first=digest.first, last=today, since=newest)
    pending = today.weekday() < _SATURDAY
    absence = Absence.HOLIDAY if missing else Absence.NOT_YET if pending else Absence.WEEKEND
    return Shortfall(cause=Cause.NO_LIST, first=digest.first, last=today, absence=absence, missing=missing)


def _filtered(funnel: Funnel) -> Cause:
    """The first filter that let nothing through."""
    if not funnel.matching:
        return Cause.OFF_TOPIC
    return Cause.ALL_SEEN if funnel.voted else Cause.TOO_FEW_VOTES


def _weekdays(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        if (day := date.fromordinal(ordinal)).weekday() < _SATURDAY:
            yield day
