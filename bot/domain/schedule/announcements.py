"""arXiv's announcements: on which days it has new lists, and from when its feed has them.

New papers are announced at 20:00 US Eastern time, Sunday to Thursday, except on holidays
(https://info.arxiv.org/help/availability.html). The feed is rebuilt at the midnight after that, whose date is the day
of the list: Sunday's announcement is Monday's list.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.schedule.zones import zone

#: delay after the Eastern midnight until the feed is rebuilt
FEED_MARGIN = timedelta(minutes=5)
#: delay after that, until the lists have been fetched: a look every 15 minutes
FETCH_MARGIN = timedelta(minutes=20)
#: UTC; a list that has not moved by then is overdue
OVERDUE_AT = time(12)
#: evenings without an announcement, as far as they are published; the setting PAPERBOY_ARXIV_HOLIDAYS adds to them
HOLIDAYS = frozenset(
    (
        date(2026, 1, 1), date(2026, 1, 19), date(2026, 6, 19), date(2026, 7, 3), date(2026, 9, 7), date(2026, 11, 26),
        date(2026, 12, 25), date(2026, 12, 29), date(2026, 12, 31),
    )
)  # fmt: skip

_EASTERN = "America/New_York"
_DAY = timedelta(days=1)
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class AnnounceCalendar:
    """The days of lists, with some holidays besides those that are known."""

    further_holidays: Collection[date] = ()

    def lists_on(self, day: date) -> bool:
        """Return whether a day has a list: Monday to Friday, unless the evening before was a holiday."""
        return day.weekday() <= _FRIDAY and not self._is_holiday(day - _DAY)

    def may_be_empty(self, day: date) -> bool:
        """Return whether an empty list is normal: without an announcement, on a holiday and on the next weekday.

        Whether an announcement is left out on the holiday itself or deferred differs from one to the other.
        """
        return not self.lists_on(day) or self._is_holiday(day) or self._is_holiday(_weekday_before(day))

    def opens(self, day: date) -> datetime:
        """Return the moment (UTC) from which the feed has the list of a day."""
        return datetime.combine(day, time(), zone(_EASTERN)).astimezone(UTC) + FEED_MARGIN

    def overdue(self, day: date) -> datetime:
        """Return the moment (UTC) at which the list of a day is overdue."""
        return datetime.combine(day, OVERDUE_AT, UTC)

    def today(self, now: datetime) -> date:
        """Return the day whose feed is served at `now` (aware): the date in the Eastern time zone."""
        return (now - FEED_MARGIN).astimezone(zone(_EASTERN)).date()

    def newest(self, now: datetime) -> date:
        """Return the newest day whose list may be there at `now` (aware): today, or Friday on weekends."""
        today = self.today(now)
        return today if today.weekday() <= _FRIDAY else _weekday_before(today)

    def following(self, day: date) -> date:
        """Return the next day that may have a list: a weekday, be it after a holiday."""
        day += _DAY
        while day.weekday() > _FRIDAY:
            day += _DAY
        return day

    def _is_holiday(self, day: date) -> bool:
        return day in HOLIDAYS or day in self.further_holidays


def _weekday_before(day: date) -> date:
    before = day - _DAY
    while before.weekday() > _FRIDAY:
        before -= _DAY
    return before


ARXIV = AnnounceCalendar()
