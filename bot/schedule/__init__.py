"""When a digest comes: once on each of its days, at the reader's own time of day, whatever the clocks of a zone do.

A `Schedule` is a clock time, a zone and the days it falls on; `read` finds one in what a person typed, `show` prints it
in words that read back to the same.
"""

from bot.schedule.reader import read
from bot.schedule.reading import Reading
from bot.schedule.rule import DEFAULT_AT, EVERY_DAY, LIST_MARGIN, WEEKDAYS, WEEKEND, Period, Schedule
from bot.schedule.shown import show
from bot.schedule.zones import find_zone, zone, zone_names

__all__ = [
    "DEFAULT_AT",
    "EVERY_DAY",
    "LIST_MARGIN",
    "WEEKDAYS",
    "WEEKEND",
    "Period",
    "Reading",
    "Schedule",
    "find_zone",
    "read",
    "show",
    "zone",
    "zone_names",
]
