"""Numbers, times and names on pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.domain.i18n import DayStyle, Joined, Translatable, Value, tr, tr_n
from bot.domain.i18n import compact as count
from bot.domain.i18n import day as written_day
from bot.domain.i18n import joined as joined_by
from bot.domain.i18n import span as span
from bot.query import MOST_PAPERS

__all__ = ["ago", "count", "day", "joined", "papers", "people", "short_day", "size_note", "span", "votes"]

#: authors that are named before the rest is counted
_NAMED = 3


def papers(number: int) -> Translatable:
    """ "1 paper", "1.2k papers"."""
    return tr_n("{count} paper", "{count} papers", number)


def votes(number: int) -> Translatable:
    """ "1 vote", "2 votes"."""
    return tr_n("{count} vote", "{count} votes", number)


def size_note(asked: int) -> Translatable:
    """Return why a list is not as long as was asked."""
    return tr("A list has 1 to {most} papers, so I can't show {asked}.", most=MOST_PAPERS, asked=asked)


def ago(moment: datetime, now: datetime) -> Translatable:
    """ "5 min ago", "just now", "in 2 h"."""
    if moment > now + timedelta(seconds=30):
        return tr("in {span}", span=span(moment - now))
    return tr("just now") if now - moment < timedelta(seconds=90) else tr("{span} ago", span=span(now - moment))


def day(value: date) -> Value:
    """ "Fri 24 Apr 2026"."""
    return written_day(value)


def short_day(value: date) -> Value:
    """ "Fri 24 Apr"."""
    return written_day(value, DayStyle.SHORT)


def people(names: Sequence[str]) -> str:
    """Return up to three names, and how many there are in all: "A, B, C et al. (12)"."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} et al. ({len(names)})"


def joined(*parts: str) -> Joined:
    """Return the parts that are not empty, separated by dots."""
    return joined_by(" · ", *parts)
