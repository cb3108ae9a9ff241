"""What is trending: papers in the order of their predicted final standing, each with the named parts of it.

A paper's predicted final standing is its votes so far and the votes that it is expected to gain yet. docs/trending.md
has the figures, tests/benchmarks/readers.py measures them.
"""

from bot.models import Window
from bot.trending.ranking import Sort, Trend, first_day, rank
from bot.trending.score import Measure, Part, horizon_hours
from bot.trending.signals import Signals

__all__ = ["Measure", "Part", "Signals", "Sort", "Trend", "Window", "first_day", "horizon_hours", "rank"]
