"""When a digest comes: once on each of its days, at the reader's own time of day, whatever the clocks of a zone do.

A `Schedule` is a clock time, a zone and the days it falls on; `read` finds one in what a person typed, `show` prints it
in words that read back to the same.
"""

from bot.domain.schedule.format import show
from bot.domain.schedule.parser import read
from bot.domain.schedule.reading import Reading
from bot.domain.schedule.rule import DEFAULT_AT, EVERY_DAY, LIST_MARGIN, WEEKDAYS, WEEKEND, Period, Schedule
from bot.domain.schedule.zones import find_zone, zone, zone_names

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
