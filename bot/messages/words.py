"""Pure: numbers, moments and names as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.query import MOST_PAPERS

#: authors that are named before the rest is counted
_NAMED = 3


def count(number: int) -> str:
    """1234 as "1.2k", 12345 as "12k", below a thousand as it is."""
    if abs(number) < 1000:
        return str(number)
    divisor, mark = (1_000, "k") if abs(number) < 999_500 else (1_000_000, "M")
    scaled = number / divisor
    return f"{scaled:.0f}{mark}" if abs(scaled) >= 9.95 else f"{scaled:.1f}".removesuffix(".0") + mark


def plural(number: int, noun: str) -> str:
    """ "1 vote", "2 votes", "1.2k votes"."""
    return f"{count(number)} {noun}" if abs(number) == 1 else f"{count(number)} {noun}s"


def size_note(asked: int) -> str:
    """Return why a list is not as long as was asked."""
    return f"A list has 1 to {MOST_PAPERS} papers, so I can't show {asked:,}."


def span(length: timedelta) -> str:
    """A length of time in its largest sensible unit: "5 min", "6 h", "3 days"."""
    minutes = max(round(length.total_seconds() / 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{round(minutes / 60)} h"
    return plural(round(minutes / 1440), "day")


def ago(moment: datetime, now: datetime) -> str:
    """ "5 min ago", "just now", "in 2 h"."""
    if moment > now + timedelta(seconds=30):
        return f"in {span(moment - now)}"
    return "just now" if now - moment < timedelta(seconds=90) else f"{span(now - moment)} ago"


def day(value: date) -> str:
    """ "Fri 24 Apr 2026"."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def short_day(value: date) -> str:
    """ "Fri 24 Apr"."""
    return f"{value:%a} {value.day} {value:%b}"


def people(names: Sequence[str]) -> str:
    """Up to three names, and how many there are in all: "A, B, C et al. (12)"."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} et al. ({len(names)})"


def joined(*parts: str) -> str:
    """The parts that are there, between dots."""
    return " · ".join(part for part in parts if part)
