"""Pure: arithmetic with days that never leaves the calendar."""

from __future__ import annotations

from datetime import date, timedelta


def shifted(day: date, by: timedelta) -> date:
    """Return the day that is so much earlier or later, or the nearest that there is."""
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max


def day_or_none(text: str) -> date | None:
    """Return the day that is written as 2026-04-24; None for everything else."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-04-24") else None
    except ValueError:
        return None
