"""Signals: vote rate, age, comments and stars of a paper, from its observations up to a moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.domain.observations import History, Observation
from bot.domain.papers import Paper
from bot.domain.trending.discussion import Discussion, discussion
from bot.domain.trending.star_velocity import StarVelocity, star_velocity

#: the vote rate is measured from the newest observation at least this much older than the last one; shorter spans count
#: as this long, because a few votes within minutes are not a rate yet
SPEED_SPAN = timedelta(hours=8)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What was known of a paper at a moment."""

    #: time of the last observation; None if there is none
    seen_at: datetime | None
    votes: int
    #: votes gained during the last `hours`; never negative
    gained: int
    hours: float
    #: hours from the start of its list day to the last observation; never negative
    age_hours: float
    #: hours from the start of its list day to the moment; never negative
    listed_hours: float
    comments: int | None
    stars: int | None
    #: stars gained during the last `hours`; None if unknown at either end
    stars_gained: int | None
    #: of the code's repository; read only for papers without votes
    star_velocity: StarVelocity | None = None
    #: read only for papers without votes
    discussion: Discussion | None = None

    @property
    def speed(self) -> float:
        """Measured votes per day."""
        return self.gained * (DAY / HOUR) / max(self.hours, SPEED_SPAN / HOUR)

    @property
    def present_speed(self) -> float:
        """Expected current votes per day: the rate falls with age, and the measured rate is an average."""
        return self.speed / (1 + self.listed_hours * HOUR / DAY)


def seen_by(history: History, now: datetime) -> Sequence[Observation]:
    """Return the observations of a paper up to a moment, oldest first."""
    return history.observations[: bisect_right(history.observations, now, key=_moment)]


def votes_of(seen: Sequence[Observation]) -> int:
    """Return the votes in the last observation; 0 without observations."""
    return seen[-1].votes if seen else 0


def measure(history: History, now: datetime) -> Signals:
    """Return the signals of a paper as known at `now`."""
    paper, seen = history.paper, seen_by(history, now)
    votes = votes_of(seen)
    began = _began(paper, seen, now)
    last_seen = seen[-1].seen_at if seen else None
    since, before = _reference(seen, began)
    stars, stars_before = _stars(seen), _stars(before)
    return Signals(
        seen_at=last_seen,
        votes=votes,
        gained=max(0, votes - votes_of(before)),
        hours=max(0.0, ((last_seen or now) - since) / HOUR),
        age_hours=max(0.0, ((last_seen or now) - began) / HOUR),
        listed_hours=max(0.0, (now - began) / HOUR),
        comments=_newest(observation.comments for observation in reversed(seen)),
        stars=stars,
        stars_gained=None if stars is None or stars_before is None else stars - stars_before,
        star_velocity=star_velocity(history.repository, paper, now) if history.repository else None,
        discussion=discussion(history.stories, now),
    )


def _moment(observation: Observation) -> datetime:
    return observation.seen_at


def _began(paper: Paper, seen: Sequence[Observation], now: datetime) -> datetime:
    """Return when voting could begin, as far as is known."""
    if paper.listed_on is not None:
        return datetime.combine(paper.listed_on, time(), UTC)
    if paper.published_at is not None:
        return paper.published_at
    return seen[0].seen_at if seen else now


def _reference(seen: Sequence[Observation], began: datetime) -> tuple[datetime, Sequence[Observation]]:
    """Return the moment from which the vote rate is measured, and the observations up to it."""
    if not seen:
        return began, ()
    if before := seen[: bisect_right(seen, seen[-1].seen_at - SPEED_SPAN, key=_moment)]:
        return before[-1].seen_at, before
    if began <= seen[0].seen_at:
        return began, ()
    return seen[0].seen_at, seen[:1]


def _stars(seen: Sequence[Observation]) -> int | None:
    return _newest(observation.stars for observation in reversed(seen))


def _newest(values: Iterable[int | None]) -> int | None:
    return next((value for value in values if value is not None), None)
