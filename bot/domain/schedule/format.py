"""Format a schedule as text that parses back to the same schedule."""

from __future__ import annotations

from bot.domain.schedule.rule import WEEKEND, Period, Schedule

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SUFFIXES = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def show(schedule: Schedule) -> str:
    """Return text such as "weekdays at 09:00 Europe/Berlin"; `read` returns the same schedule from it."""
    at = "" if schedule.at is None else f" {'not before' if schedule.announced else 'at'} {schedule.at:%H:%M}"
    return f"{show_days(schedule)}{at} {schedule.zone}"


def show_days(schedule: Schedule) -> str:
    """Return only the days: "weekdays", "mondays", "monthly on the 1st", "on announce"."""
    match schedule.period:
        case Period.DAY:
            return "daily"
        case Period.WEEKDAYS:
            return "weekdays"
        case Period.WEEK:
            return _named(sorted(schedule.days)) if schedule.days != WEEKEND else "weekends"
        case Period.MONTH:
            return f"monthly on the {schedule.month_day}{_SUFFIXES.get(schedule.month_day or 0, 'th')}"
        case Period.ANNOUNCE:
            return "on announce"


def _named(days: list[int]) -> str:
    return f"{_DAYS[days[0]]}s" if len(days) == 1 else " ".join(_DAYS[day][:3] for day in days)
