"""What is known of a paper's standing at a moment, measured from what was seen of it until then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.models import History, Observation, Paper

#: speed is measured from the newest observation that is at least this much older than the last one; what is younger
#: counts as this old, because a first handful of votes within minutes is not yet a speed
SPEED_SPAN = timedelta(hours=8)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What was known of one paper at a moment."""

    #: when it was last seen; None where nobody has looked yet
    seen_at: datetime | None
    votes: int
    #: votes won during the last `hours`; never negative
    gained: int
    hours: float
    #: from the beginning of its list day until it was last seen; never negative
    age_hours: float
    #: from the beginning of its list day until the moment; never negative
    listed_hours: float
    comments: int | None
    stars: int | None
    #: during the last `hours`; None where they were not told at both ends
    stars_gained: int | None

    @property
    def speed(self) -> float:
        """Votes a day, as measured."""
        return self.gained * (DAY / HOUR) / max(self.hours, SPEED_SPAN / HOUR)

    @property
    def present_speed(self) -> float:
        """Votes a day as they are to be expected now: speed falls with age, and the measured one is an average."""
        return self.speed / (1 + self.listed_hours * HOUR / DAY)


def seen_by(history: History, now: datetime) -> Sequence[Observation]:
    """What had been seen of a paper at a moment, oldest first."""
    return history.observations[: bisect_right(history.observations, now, key=_moment)]


def votes_of(seen: Sequence[Observation]) -> int:
    """The votes as they were last seen; 0 where nobody has looked yet."""
    return seen[-1].votes if seen else 0


def measure(paper: Paper, seen: Sequence[Observation], now: datetime) -> Signals:
    """Return the signals of a paper of which `seen` had been observed by `now`."""
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
    )


def _moment(observation: Observation) -> datetime:
    return observation.seen_at


def _began(paper: Paper, seen: Sequence[Observation], now: datetime) -> datetime:
    """When people could first vote, as far as is known."""
    if paper.listed_on is not None:
        return datetime.combine(paper.listed_on, time(), UTC)
    if paper.published_at is not None:
        return paper.published_at
    return seen[0].seen_at if seen else now


def _reference(seen: Sequence[Observation], began: datetime) -> tuple[datetime, Sequence[Observation]]:
    """The moment that speed is measured from, and what had been seen by then."""
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
