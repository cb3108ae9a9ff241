"""Date arithmetic that does not overflow."""

from __future__ import annotations

from datetime import date, timedelta


def shifted(day: date, by: timedelta) -> date:
    """Return the shifted day, clamped to the range of `date`."""
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max


def day_or_none(text: str) -> date | None:
    """Return the day for an ISO date such as 2026-04-24, or None for any other text."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-04-24") else None
    except ValueError:
        return None
