"""Numbers, times and names on pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.domain.i18n import DayStyle, Instant, Joined, Message, Translatable, Value, relative, tr, tr_n
from bot.domain.i18n import compact as count
from bot.domain.i18n import day as written_day
from bot.domain.i18n import joined as joined_by
from bot.domain.i18n import span as span
from bot.query import MOST_PAPERS

__all__ = ["count", "span"]

#: authors that are named before the rest is counted
_NAMED = 3


def stored(text: str) -> Message:
    """Return a platform's reason, which is stored in English, so that it is translated if the catalogue has it."""
    return Message(text, {})


def papers(number: int) -> Translatable:
    """ "1 paper", "1.2k papers"."""
    return tr_n("{count} paper", "{count} papers", number)


def votes(number: int) -> Translatable:
    """ "1 vote", "2 votes"."""
    return tr_n("{count} vote", "{count} votes", number)


def subscriptions(number: int) -> Translatable:
    """ "1 subscription", "2 subscriptions"."""
    return tr_n("{count} subscription", "{count} subscriptions", number)


def size_note(asked: int) -> Translatable:
    """Return why a list is not as long as was asked."""
    return tr("A list has 1 to {most} papers, so I can't show {asked}.", most=MOST_PAPERS, asked=asked)


def ago(moment: datetime, now: datetime) -> Instant:
    """ "5 min ago", "just now", "in 2 h"."""
    near = timedelta(seconds=-90) < moment - now <= timedelta(seconds=30)
    return Instant(tr("just now") if near else relative(moment - now), moment, relative=True)


def day(value: date) -> Value:
    """ "Fri 24 Apr 2026"."""
    return written_day(value)


def short_day(value: date) -> Value:
    """ "Fri 24 Apr"."""
    return written_day(value, DayStyle.SHORT)


def weekday(value: date) -> Value:
    """ "Friday"."""
    return written_day(value, DayStyle.WEEKDAY)


def short_weekday(value: date) -> Value:
    """ "Fri"."""
    return written_day(value, DayStyle.SHORT_WEEKDAY)


def day_range(first: date, last: date) -> Translatable:
    """ "Fri 24 Apr", "Thu 23 Apr – Fri 24 Apr"."""
    return short_day(last) if first >= last else joined_by(" – ", short_day(first), short_day(last))


def quoted(text: str) -> Translatable:
    """ "“Attention is all you need”"."""
    return tr("“{text}”", text=text)


def people(names: Sequence[str]) -> str:
    """Return up to three names, and how many there are in all: "A, B, C et al. (12)"."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return tr("{names} et al. ({count})", names=", ".join(names[:_NAMED]), count=len(names))


def joined(*parts: str) -> Joined:
    """Return the parts that are not empty, separated by dots."""
    return joined_by(" · ", *parts)
