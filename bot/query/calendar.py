"""Calendar arithmetic on days and periods, clamped to the years 1900 to 2100."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
_UNITS = ("hour", "day", "week", "month", "quarter", "year")
#: singular and plural of each unit of time -> unit
UNITS = {form: unit for unit in _UNITS for form in (unit, f"{unit}s")}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_LONGEST_AGO = 100_000


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A range of days."""

    first: date
    #: the day after the last; None if open-ended
    end: date | None = None


def clamped(day: date) -> date:
    """Return the day, clamped to the supported range."""
    return min(max(day, EARLIEST), LATEST)


def of_days(year: int, month: int, day: int) -> DateSpan:
    """Return the span of one day. Raise `ValueError` for an invalid date, as do `of_months` and `of_week`."""
    first = date(_year(year), month, day)
    return DateSpan(first, _after(first, 1))


def of_months(year: int, month: int, count: int = 1) -> DateSpan:
    """Return the span of `count` whole months."""
    first = date(_year(year), month, 1)
    return DateSpan(first, _shifted(first, count))


def of_week(year: int, week: int) -> DateSpan:
    """Return the span of an ISO 8601 week."""
    first = clamped(date.fromisocalendar(_year(year), week, 1))
    return DateSpan(first, _after(first, 7))


def current(unit: str, today: date) -> DateSpan:
    """Return the open-ended span from the start of the current week, month, quarter or year."""
    return DateSpan(_begin(unit, today))


def previous(unit: str, today: date) -> DateSpan:
    """Return the span of the previous whole week, month, quarter or year."""
    end = _begin(unit, today)
    return DateSpan(_begin(unit, _after(end, -1)), end)


def trailing(count: int, unit: str, today: date) -> DateSpan:
    """Return the open-ended span that starts `count` units ago."""
    return DateSpan(ago(count, unit, today))


def ago(count: int, unit: str, today: date) -> date:
    """Return the day `count` units before `today`."""
    count = min(count, _LONGEST_AGO)
    if unit in _MONTHS_IN:
        return _shifted(today, -count * _MONTHS_IN[unit])
    return _after(today, -{"hour": -(-count // 24), "day": count, "week": 7 * count}[unit])


def latest_weekday(weekday: int, today: date) -> DateSpan:
    """Return the span of the most recent such weekday before `today`."""
    first = _after(today, -((today.weekday() - weekday - 1) % 7 + 1))
    return DateSpan(first, _after(first, 1))


def year_later(day: date) -> date:
    """Return the last day of the year that begins with `day`."""
    return _after(_shifted(day, 12), -1)


def _year(year: int) -> int:
    if not EARLIEST.year <= year <= LATEST.year:
        raise ValueError(year)
    return year


def _begin(unit: str, day: date) -> date:
    match unit:
        case "week":
            return _after(day, -day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _after(day: date, days: int) -> date:
    ordinal = min(max(day.toordinal() + days, EARLIEST.toordinal()), LATEST.toordinal())
    return date.fromordinal(ordinal)


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not EARLIEST.year <= year <= LATEST.year:
        return clamped(date.max if months > 0 else date.min)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
