"""Trending: ranks papers by predicted final votes and explains the score as a sum of named parts.

The prediction is the current votes plus the votes expected soon. See docs/trending.md for figures, which
tests/benchmarks/readers.py measures.
"""

from bot.domain.papers import ListRange
from bot.domain.trending.discussion import Discussion, discussion
from bot.domain.trending.ranking import Sort, Trend, first_day, rank
from bot.domain.trending.score import Measure, Part, horizon_hours, unscored
from bot.domain.trending.signals import Signals
from bot.domain.trending.star_velocity import StarVelocity, star_velocity

__all__ = [
    "Discussion",
    "ListRange",
    "Measure",
    "Part",
    "Signals",
    "Sort",
    "StarVelocity",
    "Trend",
    "discussion",
    "first_day",
    "horizon_hours",
    "rank",
    "star_velocity",
    "unscored",
]
