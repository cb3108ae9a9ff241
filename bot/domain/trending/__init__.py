"""Trending: ranks papers by predicted final votes and explains the score as a sum of named parts.

The prediction is the current votes plus the votes expected soon. See docs/trending.md for figures, which
tests/benchmarks/readers.py measures.
"""

from bot.domain.papers import ListRange
from bot.domain.trending.ranking import Sort, Trend, first_day, rank
from bot.domain.trending.score import Measure, Part, horizon_hours
from bot.domain.trending.signals import Signals

__all__ = ["ListRange", "Measure", "Part", "Signals", "Sort", "Trend", "first_day", "horizon_hours", "rank"]
