"""Papers in an order, each with the reason why it stands there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.days import shifted
from bot.models import History, Paper, Window
from bot.trending.score import Part, final_standing, gathered
from bot.trending.signals import Signals, measure, seen_by


class Sort(StrEnum):
    """What comes first."""

    #: the highest predicted final standing; over a month, the most votes
    TRENDING = "trending"
    #: the most votes
    VOTES = "votes"
    #: the newest list, the most votes first
    NEW = "new"
    #: the highest speed now
    RISING = "rising"


@dataclass(frozen=True, slots=True)
class Trend:
    """A paper in a ranking, and why it stands there."""

    paper: Paper
    #: votes; the sum of the points of the parts
    score: float
    parts: tuple[Part, ...]
    signals: Signals


def first_day(window: Window, today: date, list_days: Iterable[date]) -> date:
    """Return the first list day that a window covers; the last one is `today`.

    A day reaches back to the last list before today's, because today's is still filling: over a weekend or a holiday
    that list is some days old. A week has seven days and a month thirty, up to the newest list.
    """
    newest = max((day for day in list_days if day <= today), default=today)
    match window:
        case Window.DAY:
            return max((day for day in list_days if day < today), default=shifted(today, timedelta(days=-1)))
        case Window.WEEK:
            return shifted(newest, timedelta(days=-6))
        case Window.MONTH:
            return shifted(newest, timedelta(days=-29))


def rank(
    histories: Sequence[History], now: datetime, sort: Sort = Sort.TRENDING, window: Window = Window.WEEK
) -> list[Trend]:
    """Return the papers by what was known of them at `now`, best first; equals by votes, then the newer id."""
    trends = [_trend(history, now, window) for history in histories]
    trends.sort(key=lambda trend: _newness(trend.paper.id), reverse=True)
    trends.sort(key=lambda trend: (_rank_by(trend, sort), trend.signals.votes), reverse=True)
    return trends


def _trend(history: History, now: datetime, window: Window) -> Trend:
    signals = measure(history.paper, seen_by(history, now), now)
    parts = gathered(signals) if window is Window.MONTH else final_standing(signals)
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
    """Ids sort by age since April 2007; those with a slash are from before."""
    return "/" not in paper_id, paper_id
