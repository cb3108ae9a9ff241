"""Recurrence rule: one occurrence per scheduled day, and the local date to which a moment belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.schedule.announcements import ARXIV, FETCH_MARGIN
from bot.domain.schedule.zones import zone

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKEND = EVERY_DAY - WEEKDAYS
#: default time of day
DEFAULT_AT = time(9)
#: delay after the end of a UTC day, when its Hugging Face list is complete, until it has been fetched
LIST_MARGIN = timedelta(minutes=20)

_DAY = timedelta(days=1)
#: largest distance of an occurrence from its date, in UTC: offsets range from -12 to +14 hours, a daylight saving gap
#: may move a time past midnight, and an announced list may wait for a later hour
_REACH = 2 * _DAY


class Period(StrEnum):
    """How often a schedule recurs."""

    DAY = "day"
    WEEKDAYS = "weekdays"
    WEEK = "week"
    MONTH = "month"
    ANNOUNCE = "announce"


class Announcer(StrEnum):
    """Whose lists an announced schedule follows. The values are stored."""

    #: Hugging Face's daily list, when its UTC day is over
    DAILY = ""
    #: arXiv's new listings by category
    ARXIV = "arxiv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A local time on weekdays or a day of the month, or the moment at which a list is announced.

    Exactly one of `days`, `month_day` and `announced` must be given. Raise `ValueError` for an invalid schedule.
    """

    #: local time in whole minutes; if announced, the earliest time of day, or None for none
    at: time | None = None
    #: IANA name with a slash, or "UTC", as in `zone_names`
    zone: str
    #: Monday is 0, Sunday is 6
    days: frozenset[int] = frozenset()
    #: 1 to 31; in shorter months the last day
    month_day: int | None = None
    #: whenever the list of a day is there
    announced: bool = False
    #: whose list that is; of no meaning unless announced
    announcer: Announcer = Announcer.DAILY

    def __post_init__(self) -> None:
        if (bool(self.days), self.month_day is not None, self.announced).count(True) != 1:
            raise ValueError("exactly one of days, month_day and announced must be given")
        if not self.days <= EVERY_DAY:
            raise ValueError(f"weekdays are 0 to 6, not {sorted(self.days)}")
        if self.month_day is not None and not 1 <= self.month_day <= 31:
            raise ValueError(f"a day of the month is 1 to 31, not {self.month_day}")
        if self.at is None and not self.announced:
            raise ValueError("a time of day must be given")
        if self.at is not None and self.at != time(self.at.hour, self.at.minute):
            raise ValueError(f"a time of day has whole minutes and no zone of its own, unlike {self.at!r}")
        zone(self.zone)

    @property
    def period(self) -> Period:
        """How often it recurs; weekdays other than Monday to Friday count as `WEEK`."""
        if self.announced:
            return Period.ANNOUNCE
        if self.month_day is not None:
            return Period.MONTH
        return {EVERY_DAY: Period.DAY, WEEKDAYS: Period.WEEKDAYS}.get(self.days, Period.WEEK)

    def occurrence(self, day: date) -> datetime | None:
        """Return the moment (UTC) on a local date; if announced, the moment for the list of that date.

        A time in a daylight saving gap is shifted by the length of the gap; of an ambiguous time the first is used.
        None if the schedule does not include the day or the zone skipped it (Apia, 2011-12-30).
        """
        if not self._falls_on(day):
            return None
        if self.announced:
            return self._announcement(day)
        return None if self.at is None else _moment(day, self.at, zone(self.zone))

    def next_after(self, moment: datetime) -> datetime:
        """Return the first occurrence (UTC) after `moment` (aware)."""
        day = moment.astimezone(UTC).date() - _REACH
        while (found := self.occurrence(day)) is None or found <= moment:
            day += _DAY
        return found

    def previous_at_or_before(self, moment: datetime) -> datetime:
        """Return the last occurrence (UTC) at or before `moment` (aware)."""
        return self._latest(moment)[1]

    def local_date(self, moment: datetime) -> date:
        """Return the date to which a delivery at `moment` (aware) belongs; each subscription has one delivery per date.

        `local_date(occurrence(day)) == day` for every day, even where a gap moves an occurrence past midnight (Nuuk,
        in spring, 23:30). Other moments belong to their local date; if announced, to the newest list due by then.
        """
        if self.announced:
            return self._latest(moment)[0]
        today = moment.astimezone(zone(self.zone)).date()
        yesterday = today - _DAY
        return yesterday if self.occurrence(yesterday) == moment else today

    def _latest(self, moment: datetime) -> tuple[date, datetime]:
        day = moment.astimezone(UTC).date() + _REACH
        while (found := self.occurrence(day)) is None or found > moment:
            day -= _DAY
        return day, found

    def _falls_on(self, day: date) -> bool:
        if self.month_day is not None:
            return day.day == self.month_day or (day.day < self.month_day and (day + _DAY).day == 1)
        if not self.announced:
            return day.weekday() in self.days
        return ARXIV.lists_on(day) if self.announcer is Announcer.ARXIV else day.weekday() in WEEKDAYS

    def _announcement(self, day: date) -> datetime:
        if self.announcer is Announcer.ARXIV:
            complete = ARXIV.opens(day) + FETCH_MARGIN
        else:
            complete = datetime.combine(day + _DAY, time(), UTC) + LIST_MARGIN
        if self.at is None:
            return complete
        here = zone(self.zone)
        wished = _moment(complete.astimezone(here).date(), self.at, here)
        return complete if wished is None else max(complete, wished)


def _moment(day: date, at: time, here: ZoneInfo) -> datetime | None:
    """Return a local time in UTC, or None if the zone skipped the day."""
    # fold=0 selects the first of two ambiguous times, and in a gap the time by the old offset
    moment = datetime.combine(day, at, here).astimezone(UTC)
    landed = moment.astimezone(here)
    # same time on another date: the zone skipped the whole day, not an hour
    return None if landed.date() != day and landed.time() == at else moment
