"""Star velocity: how fast the repository of a paper's code gains stars, compared with its own past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from bot.domain.papers import Paper
from bot.domain.repositories import RepositoryStars, RepositoryState

#: days whose mean is the present rate
RECENT_DAYS = 7
#: days before these, whose median is the usual rate
USUAL_DAYS = 30
#: a repository that is at most so many days older than its paper is the paper's own
HEAD_START_DAYS = 90

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StarVelocity:
    """Stars a day of a repository."""

    #: mean of the last `RECENT_DAYS` complete days, or of fewer for a younger repository
    per_day: float
    #: median of the `USUAL_DAYS` days before; days before the first star count as 0
    usual: float
    #: how much of it belongs to the paper, from 0 to 1: 1 for a repository that is as old as the paper plus
    #: `HEAD_START_DAYS`, half for one that is twice as old
    weight: float

    @property
    def excess(self) -> float:
        """Weighted stars a day above the usual; never negative."""
        return max(0.0, self.per_day - self.usual) * self.weight


def star_velocity(stars: RepositoryStars, paper: Paper, now: datetime) -> StarVelocity | None:
    """Return the star velocity of a paper's repository at `now`; None if nothing is known of its stars.

    None means neither fast nor slow: a paper without a repository is not compared by stars.
    """
    last = min(now, stars.asked_at).date()
    by_day = {each.day: each.stars for each in stars.days if each.day <= last}
    if stars.state is not RepositoryState.KNOWN or not by_day:
        return None
    first = stars.first_day or min(by_day)
    complete = min(RECENT_DAYS, (last - first).days)
    # on its first day there is only that day, which is not over
    recent = _span(last - _DAY, complete) if complete > 0 else [last]
    usual = _span(min(recent) - _DAY, USUAL_DAYS)
    return StarVelocity(
        per_day=sum(by_day.get(day, 0) for day in recent) / len(recent),
        usual=_median(by_day, usual, first),
        weight=_weight(first, paper, now.date()),
    )


def _span(last: date, days: int) -> list[date]:
    """Return so many days up to `last`."""
    return [last - age * _DAY for age in range(days)]


def _median(by_day: Mapping[date, int], days: list[date], first: date) -> float:
    """Return the median over days that are known, or before the first one."""
    oldest = min(by_day)
    known = [by_day.get(day, 0) for day in days if day >= oldest or day < first]
    return float(median(known)) if known else 0.0


def _weight(first: date, paper: Paper, today: date) -> float:
    began = paper.published_at.date() if paper.published_at else paper.listed_on
    age = (today - first).days
    allowed = max(0, (today - (began or today)).days) + HEAD_START_DAYS
    return 1.0 if age <= allowed else allowed / age
