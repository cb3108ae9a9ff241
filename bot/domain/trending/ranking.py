"""Ranking of papers, each with its score and signals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.days import shifted
from bot.domain.observations import History
from bot.domain.papers import ListRange, Paper
from bot.domain.trending.score import Part, current_votes, final_standing
from bot.domain.trending.signals import Signals, measure, seen_by


class Sort(StrEnum):
    """Sort order."""

    #: highest predicted final votes; over a month, most votes
    TRENDING = "trending"
    #: most votes
    VOTES = "votes"
    #: newest list first, then most votes
    NEW = "new"
    #: highest current vote rate
    RISING = "rising"


@dataclass(frozen=True, slots=True)
class Trend:
    """A ranked paper with the reasons for its rank."""

    paper: Paper
    #: in votes; the sum of the points of its parts
    score: float
    parts: tuple[Part, ...]
    signals: Signals


def first_day(window: ListRange, today: date, list_days: Iterable[date]) -> date:
    """Return the first list day of a range; the last one is `today`.

    A day reaches back to the last list before today's, which is still filling; over a weekend or holiday that list
    is some days old. A week has seven days and a month thirty, up to the newest list.
    """
    newest = max((day for day in list_days if day <= today), default=today)
    match window:
        case ListRange.DAY:
            return max((day for day in list_days if day < today), default=shifted(today, timedelta(days=-1)))
        case ListRange.WEEK:
            return shifted(newest, timedelta(days=-6))
        case ListRange.MONTH:
            return shifted(newest, timedelta(days=-29))


def rank(
    histories: Sequence[History], now: datetime, sort: Sort = Sort.TRENDING, window: ListRange = ListRange.WEEK
) -> list[Trend]:
    """Return the papers as known at `now`, best first; ties by votes, then the newer id."""
    trends = [_trend(history, now, window) for history in histories]
    trends.sort(key=lambda trend: _newness(trend.paper.id), reverse=True)
    trends.sort(key=lambda trend: (_rank_by(trend, sort), trend.signals.votes), reverse=True)
    return trends


def _trend(history: History, now: datetime, window: ListRange) -> Trend:
    signals = measure(history.paper, seen_by(history, now), now)
    parts = current_votes(signals) if window is ListRange.MONTH else final_standing(signals)
    return Trend(history.paper, sum(part.points for part in parts), parts, signals)


def _rank_by(trend: Trend, sort: Sort) -> float:
    match sort:
        case Sort.TRENDING:
            return trend.score
        case Sort.VOTES:
            return trend.signals.votes
        case Sort.NEW:
            return (trend.paper.listed_on or date.min).toordinal()
        case Sort.RISING:
            return trend.signals.present_speed


def _newness(paper_id: str) -> tuple[bool, str]:
    """Return a sort key: ids sort by age since April 2007; those with a slash are older."""
    return "/" not in paper_id, paper_id
