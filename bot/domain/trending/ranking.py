"""Ranking of papers, each with its score and signals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.days import shifted
from bot.domain.observations import History
from bot.domain.papers import ListRange, Paper
from bot.domain.trending.mixing import mixed
from bot.domain.trending.score import Part, current_votes, final_standing
from bot.domain.trending.signals import Signals, measure
from bot.domain.trending.unvoted import unvoted_standing


class QueryMatch(Protocol):
    """What was asked for, as far as it orders papers without votes."""

    def match(self, paper: Paper) -> float | None:
        """Return how well a paper matches, from 0 to 1; None if neither a topic nor categories were asked for."""
        ...

    def field(self, paper: Paper) -> str:
        """Return the field of science for which a paper is there."""
        ...


class Sort(StrEnum):
    """Sort order."""

    #: highest predicted final votes; over a month, most votes; papers without votes by their own standing
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
    #: the sum of the points of its parts: in votes, or in points for a paper without votes
    score: float
    parts: tuple[Part, ...]
    signals: Signals

    @property
    def voted(self) -> bool:
        """Whether a source counts votes for it."""
        return self.signals.seen_at is not None


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
    histories: Sequence[History],
    now: datetime,
    sort: Sort = Sort.TRENDING,
    window: ListRange = ListRange.WEEK,
    *,
    asked: QueryMatch | None = None,
) -> list[Trend]:
    """Return the papers as known at `now`, best first; ties by votes, then the newer id.

    `asked` is None if nothing in particular was asked for. It orders papers without votes, of which each field of
    science gets its share of the places: see `mixed`.
    """
    trends = [_trend(history, now, window, asked) for history in histories]
    trends.sort(key=lambda trend: _newness(trend.paper.id), reverse=True)
    trends.sort(key=lambda trend: _key(trend, sort), reverse=True)
    return mixed(trends, asked.field if asked else None) if sort is Sort.TRENDING else trends


def _trend(history: History, now: datetime, window: ListRange, asked: QueryMatch | None) -> Trend:
    paper, signals = history.paper, measure(history, now)
    if signals.seen_at is None:
        parts = unvoted_standing(paper, signals, asked.match(paper) if asked else None, now, window)
    else:
        parts = current_votes(signals) if window is ListRange.MONTH else final_standing(signals)
    return Trend(paper, sum(part.points for part in parts), parts, signals)


def _key(trend: Trend, sort: Sort) -> tuple[float, int, bool, float]:
    """Return the sort key; papers without votes stand behind equal ones with votes, in the order of their standing."""
    return _rank_by(trend, sort), trend.signals.votes, trend.voted, 0 if trend.voted else trend.score


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
