"""Schedules: when digests are sent. One per scheduled day, at a local time, correct across daylight saving changes.

A `Schedule` is a time of day, a time zone and the days. `read` parses one from text; `show` formats it so that it
parses back.
"""

from bot.domain.schedule.format import show
from bot.domain.schedule.parser import read
from bot.domain.schedule.reading import Reading
from bot.domain.schedule.rule import (
    DEFAULT_AT,
    EVERY_DAY,
    LIST_MARGIN,
    WEEKDAYS,
    WEEKEND,
    Announcer,
    Period,
    Schedule,
)
from bot.domain.schedule.zones import find_zone, zone, zone_names

__all__ = [
    "DEFAULT_AT",
    "EVERY_DAY",
    "LIST_MARGIN",
    "WEEKDAYS",
    "WEEKEND",
    "Announcer",
    "Period",
    "Reading",
    "Schedule",
    "find_zone",
    "read",
    "show",
    "zone",
    "zone_names",
]
