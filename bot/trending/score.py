"""The predicted final standing of a paper, in votes, as a sum of named parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from bot.trending.signals import Signals

#: a paper is expected to keep its speed for so long; one younger than a day for less, as the square root of its age
HORIZON_HOURS = 8.0
DAY_HOURS = 24.0


class Measure(StrEnum):
    """What a part of a score is, with the unit of its value."""

    #: votes so far
    VOTES = "votes"
    #: votes a day, which are expected to go on for some hours
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Part:
    """What one measure adds to a score."""

    measure: Measure
    #: in the measure's own unit
    value: float
    #: votes
    points: float


def horizon_hours(age_hours: float) -> float:
    """Return how long a paper that was last seen at this age is expected to keep its speed."""
    return HORIZON_HOURS * sqrt(min(1.0, age_hours / DAY_HOURS))


def final_standing(signals: Signals) -> tuple[Part, ...]:
    """Return the votes so far and the votes still to come."""
    expected = signals.speed * horizon_hours(signals.age_hours) / DAY_HOURS
    return (
        Part(Measure.VOTES, signals.votes, signals.votes),
        Part(Measure.EXPECTED, signals.speed, expected),
    )


def gathered(signals: Signals) -> tuple[Part, ...]:
    """Return the votes so far alone."""
    return (Part(Measure.VOTES, signals.votes, signals.votes),)
