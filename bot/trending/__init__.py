"""What is rising: papers and what was seen of them, put in order by a score whose parts have names.

A trending paper earns points for each doubling of its speed, of its authors and of its code's stars, and loses points
for each doubling of its age, of its place in its own list and of its title's words. The weights were found on lists up
to 2025 and tried on later ones: docs/trending.md has the figures, tests/benchmarks/trending.py measures them.
"""

from bot.models import Window
from bot.trending.ranking import Sort, Trend, first_day, rank
from bot.trending.score import Measure, Part
from bot.trending.signals import Signals

__all__ = ["Measure", "Part", "Signals", "Sort", "Trend", "Window", "first_day", "rank"]
