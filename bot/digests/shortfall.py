"""Reasons for an empty digest, as data. The sentences are in bot.messages.shortfalls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.digests.composition import Digest, Funnel
from bot.digests.list_states import newest_list
from bot.domain.category_listings import CategoryState

_DAY = timedelta(days=1)
_SATURDAY = 5
NOTHING_LISTED = Funnel()


class Cause(StrEnum):
    """What left a digest empty."""

    #: none of the days had a list
    NO_LIST = "no_list"
    #: the source has not responded since before the days in question
    SOURCE_SILENT = "source_silent"
    #: the newest list of a category is missing
    LIST_LATE = "list_late"
    #: no listed paper matches the query
    OFF_TOPIC = "off_topic"
    #: papers match, but none has enough votes
    TOO_FEW_VOTES = "too_few_votes"
    #: all matching papers have been shown to the chat
    ALL_SEEN = "all_seen"


class Absence(StrEnum):
    """Why there is no list."""

    #: lists appear on weekdays only
    WEEKEND = "weekend"
    #: a past weekday had no list
    HOLIDAY = "holiday"
    #: today's list may still appear
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Why a digest is empty, with the figures."""

    cause: Cause
    #: list days in question
    first: date
    last: date
    funnel: Funnel = NOTHING_LISTED
    #: minimum number of votes
    threshold: int = 0
    #: set if there is no list
    absence: Absence | None = None
    #: past weekdays without a list
    missing: tuple[date, ...] = ()
    #: last response of a silent source; None for never
    since: datetime | None = None
    #: categories whose newest list is missing
    late: tuple[str, ...] = ()


def shortfall(
    digest: Digest, at: datetime, newest: datetime | None, late: Sequence[CategoryState] = ()
) -> Shortfall | None:
    """Return why a digest due at `at` is empty, or None if it is not.

    `newest` is the time of the last observation; `late` are categories of its query whose newest list is missing.
    """
    if digest.picks:
        return None
    today = at.date()
    if late:
        names = tuple(state.category for state in late)
        return Shortfall(cause=Cause.LIST_LATE, first=digest.first, last=newest_list(late) or today, late=names)
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
    """Return the first filter that no paper passed."""
    if not funnel.matching:
        return Cause.OFF_TOPIC
    return Cause.ALL_SEEN if funnel.voted else Cause.TOO_FEW_VOTES


def _weekdays(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        if (day := date.fromordinal(ordinal)).weekday() < _SATURDAY:
            yield day
