"""Trending: ranks papers by predicted final votes and explains the score as a sum of named parts.

The prediction is the current votes plus the votes expected soon. Papers that no source counts votes for have a standing
of their own. See docs/trending.md for figures, which tests/benchmarks/readers.py and unvoted.py measure.
"""

from bot.domain.papers import ListRange
from bot.domain.trending.discussion import Discussion, discussion
from bot.domain.trending.list_places import ListPlace, list_places, place_in
from bot.domain.trending.mixing import field_of
from bot.domain.trending.ranking import QueryMatch, Sort, Trend, first_day, rank
from bot.domain.trending.score import Measure, Part, horizon_hours, unscored
from bot.domain.trending.signals import Signals
from bot.domain.trending.star_velocity import StarVelocity, star_velocity

__all__ = [
    "Discussion",
    "ListPlace",
    "ListRange",
    "Measure",
    "Part",
    "QueryMatch",
    "Signals",
    "Sort",
    "StarVelocity",
    "Trend",
    "discussion",
    "field_of",
    "first_day",
    "horizon_hours",
    "list_places",
    "place_in",
    "rank",
    "star_velocity",
    "unscored",
]
