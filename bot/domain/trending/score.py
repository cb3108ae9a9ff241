"""Score: predicted final votes of a paper, as a sum of named parts; of papers without votes see `unvoted`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from bot.domain.trending.discussion import Discussion
from bot.domain.trending.signals import Signals
from bot.domain.trending.star_velocity import StarVelocity

#: hours for which a paper is expected to keep its vote rate; multiplied by the square root of its age in days below 1
HORIZON_HOURS = 8.0
DAY_HOURS = 24.0


class Measure(StrEnum):
    """Measure of a part of the score, with the unit of its value."""

    #: current votes
    VOTES = "votes"
    #: votes per day, expected to continue for some hours
    EXPECTED = "expected"
    #: how well it fits the reader's taste, as a standard score among the candidates
    TASTE = "taste"
    #: stars a day of its repository above the usual, weighted; shown, but not scored for papers with votes
    STARS = "stars"
    #: points of its discussions in the last two weeks, with comments for papers without votes; shown, but not scored
    #: for papers with votes
    DISCUSSION = "discussion"
    #: only for papers without votes: how well it matches what was asked, from 0 to 1
    MATCH = "match"
    #: only for papers without votes: days since it was listed
    NEWNESS = "newness"
    #: only for papers without votes: number of further sources that list it
    LISTS = "lists"


@dataclass(frozen=True, slots=True)
class Part:
    """Contribution of one measure to a score."""

    measure: Measure
    #: in the unit of the measure
    value: float
    #: in votes; for a paper without votes in points, which compare it only with others without votes
    points: float


def horizon_hours(age_hours: float) -> float:
    """Return for how many hours a paper last seen at this age is expected to keep its vote rate."""
    return HORIZON_HOURS * sqrt(min(1.0, age_hours / DAY_HOURS))


def final_standing(signals: Signals) -> tuple[Part, ...]:
    """Return the current and the expected votes as parts."""
    expected = signals.speed * horizon_hours(signals.age_hours) / DAY_HOURS
    return (
        Part(Measure.VOTES, signals.votes, signals.votes),
        Part(Measure.EXPECTED, signals.speed, expected),
    )


def current_votes(signals: Signals) -> tuple[Part, ...]:
    """Return only the current votes as a part."""
    return (Part(Measure.VOTES, signals.votes, signals.votes),)


def unscored(stars: StarVelocity | None, discussion: Discussion | None) -> tuple[Part, ...]:
    """Return what is known of a paper besides votes as parts without points.

    The archive of votes has neither stars by day nor discussions, so nobody can measure what they should count.
    """
    parts = (
        Part(Measure.STARS, stars.excess, 0.0) if stars else None,
        Part(Measure.DISCUSSION, discussion.recent_points, 0.0) if discussion else None,
    )
    return tuple(part for part in parts if part)
