"""Papers in an order, each with the reason why it stands there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.days import shifted
from bot.models import History, Observation, Paper, Window
from bot.trending.score import Part, next_days, past_month
from bot.trending.signals import Signals, measure, seen_by, votes_of


class Sort(StrEnum):
    """What comes first."""

    #: the highest score
    TRENDING = "trending"
    #: the most votes
    VOTES = "votes"
    #: the newest list, the most votes first
    NEW = "new"
    #: the highest speed
    RISING = "rising"


@dataclass(frozen=True, slots=True)
class Trend:
    """A paper in a ranking, and why it stands there."""

    paper: Paper
    #: the sum of the points of the parts
    score: float
    parts: tuple[Part, ...]
    signals: Signals


def first_day(window: Window, today: date, list_days: Iterable[date]) -> date:
    """The first list day that a window covers; the last one is `today`.

    A day reaches back to the last list before today's, because today's is still filling: over a weekend or a holiday
    that list is some days old. A week has seven days, a month thirty.
    """
    match window:
        case Window.DAY:
            return max((day for day in list_days if day < today), default=shifted(today, timedelta(days=-1)))
        case Window.WEEK:
            return shifted(today, timedelta(days=-6))
        case Window.MONTH:
            return shifted(today, timedelta(days=-29))


def rank(
    histories: Sequence[History], now: datetime, sort: Sort = Sort.TRENDING, window: Window = Window.WEEK
) -> list[Trend]:
    """The papers by what was known of them at `now`, best first; equals by votes, then the newer id.

    Wants whole lists, to be filtered afterwards: a paper's place is its place among those of the same list day given.
    """
    seen = [(history.paper, seen_by(history, now)) for history in histories]
    lists = _votes_by_list(seen)
    trends = [_trend(paper, measure(paper, known, lists[paper.listed_on], now), window) for paper, known in seen]
    trends.sort(key=lambda trend: _newness(trend.paper.id), reverse=True)
    trends.sort(key=lambda trend: (_rank_by(trend, sort), trend.signals.votes), reverse=True)
    return trends


def _votes_by_list(seen: Iterable[tuple[Paper, Sequence[Observation]]]) -> Mapping[date | None, Sequence[int]]:
    """The votes of each list's papers, ascending; papers that are on no list count as one."""
    lists: defaultdict[date | None, list[int]] = defaultdict(list)
    for paper, known in seen:
        lists[paper.listed_on].append(votes_of(known))
    return {day: sorted(votes) for day, votes in lists.items()}


def _trend(paper: Paper, signals: Signals, window: Window) -> Trend:
    parts = past_month(signals) if window is Window.MONTH else next_days(paper, signals)
    return Trend(paper, sum(part.points for part in parts), parts, signals)


def _rank_by(trend: Trend, sort: Sort) -> float:
    match sort:
        case Sort.TRENDING:
            return trend.score
        case Sort.VOTES:
            return trend.signals.votes
        case Sort.NEW:
            return (trend.paper.listed_on or date.min).toordinal()
        case Sort.RISING:
            return trend.signals.speed


def _newness(paper_id: str) -> tuple[bool, str]:
    """Ids sort by age since April 2007; those with a slash are from before."""
    return "/" not in paper_id, paper_id
