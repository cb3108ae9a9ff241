"""The rule: one occurrence for each day of a schedule, and the local date that it is the occurrence of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.schedule.zones import zone

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKEND = EVERY_DAY - WEEKDAYS
#: when nobody says otherwise
DEFAULT_AT = time(9)
#: the Hugging Face list of a day is complete when that day ends in UTC; a little later we have fetched it
LIST_MARGIN = timedelta(minutes=20)

_DAY = timedelta(days=1)
#: no occurrence is further from its own date than this, counted in UTC dates: zones reach from -12 to +14 hours, a gap
#: may carry a time past midnight, and an announced list may wait for a late hour
_REACH = 2 * _DAY


class Period(StrEnum):
    """How often a schedule comes round."""

    DAY = "day"
    WEEKDAYS = "weekdays"
    WEEK = "week"
    MONTH = "month"
    ANNOUNCE = "announce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A clock time in a zone, on weekdays, on a day of the month, or whenever a list is announced.

    Exactly one of `days`, `month_day` and `announced` is given. Raises `ValueError` for anything that is no schedule.
    """

    #: local, whole minutes; when announced: not before this time of day, None for as soon as it is there
    at: time | None = None
    #: an IANA name with a slash, or "UTC", as `zone_names` spells it
    zone: str
    #: weekdays from Monday, 0, to Sunday, 6
    days: frozenset[int] = frozenset()
    #: 1 to 31; the last day of a month that is shorter
    month_day: int | None = None
    #: after each weekday, when its Hugging Face list is complete
    announced: bool = False

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
        """How often it comes round; a choice of weekdays other than Monday to Friday makes a `WEEK`."""
        if self.announced:
            return Period.ANNOUNCE
        if self.month_day is not None:
            return Period.MONTH
        return {EVERY_DAY: Period.DAY, WEEKDAYS: Period.WEEKDAYS}.get(self.days, Period.WEEK)

    def occurrence(self, day: date) -> datetime | None:
        """The moment (UTC) on a local date; when announced, the moment for the list of that UTC date.

        A time that the clocks skip is shifted by what they skip; of a time that comes twice it is the first. None
        where the schedule does not fall on the day, or the zone has no such day (Apia, 2011-12-30).
        """
        if not self._falls_on(day):
            return None
        if self.announced:
            return self._announcement(day)
        return None if self.at is None else _moment(day, self.at, zone(self.zone))

    def next_after(self, moment: datetime) -> datetime:
        """The first occurrence (UTC) that is later than `moment` (aware)."""
        day = moment.astimezone(UTC).date() - _REACH
        while (found := self.occurrence(day)) is None or found <= moment:
            day += _DAY
        return found

    def previous_at_or_before(self, moment: datetime) -> datetime:
        """The last occurrence (UTC) that is not later than `moment` (aware)."""
        return self._latest(moment)[1]

    def local_date(self, moment: datetime) -> date:
        """The date that a delivery at `moment` (aware) counts for: a subscription has one for each.

        For every day, `local_date(occurrence(day)) == day`, also where skipped clocks carry an occurrence past
        midnight (Nuuk, in spring, 23:30). Other moments count for their own local date; when announced, for the
        newest list that is due by then.
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
        return day.weekday() in (WEEKDAYS if self.announced else self.days)

    def _announcement(self, day: date) -> datetime:
        complete = datetime.combine(day + _DAY, time(), UTC) + LIST_MARGIN
        if self.at is None:
            return complete
        here = zone(self.zone)
        wished = _moment(complete.astimezone(here).date(), self.at, here)
        return complete if wished is None else max(complete, wished)


def _moment(day: date, at: time, here: ZoneInfo) -> datetime | None:
    """A local time in UTC; None where the zone has no such day."""
    # fold=0 is what the rule asks for: the first of two, and for none the time that the old offset would give
    moment = datetime.combine(day, at, here).astimezone(UTC)
    landed = moment.astimezone(here)
    # the same clock on another date: not an hour was skipped there but the whole day
    return None if landed.date() != day and landed.time() == at else moment
