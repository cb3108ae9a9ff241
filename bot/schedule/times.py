"""Times of day as people write them: 9:00, 09.00, 9am, 9:30 p.m., 0900, 21h30, 9 o'clock, 9 Uhr, noon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.schedule.pieces import At, Complaint, Found
from bot.schedule.words import Phrases, word_at

_LEADS = Phrases(("at", "@", "at around", "at about", "not before", "not earlier than", "no earlier than"))
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_FIGURES = re.compile(r"([0-9]{1,2})(?:([:.h])([0-9]{2})(?::00)?)?(am|a\.m|pm|p\.m|h|uhr)?")
_FOUR_FIGURES = re.compile(r"([0-9]{2})()([0-9]{2})(am|a\.m|pm|p\.m|h|uhr)?")
_SUFFIXES = {
    "am": "am",
    "a.m": "am",
    "pm": "pm",
    "p.m": "pm",
    "uhr": "clock",
    "o'clock": "clock",
    "oclock": "clock",
    "h": "h",
}
_PARTS_OF_DAY = {"in the morning": "am", "in the afternoon": "pm", "in the evening": "pm", "at night": "pm"}
_PART_OF_DAY = Phrases(_PARTS_OF_DAY)
#: "at 4 bits" is no time
_UNITS = frozenset(
    "b bit bits byte bytes kb mb gb tb k m x times % percent billion million trillion thousand parameters params "
    "tokens layers heads gpus gpu fps hz khz mhz ghz shot shots step steps epoch epochs iterations samples degrees cm "
    "mm km nm s ms seconds minutes hours days weeks months years year".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """A time as it was written, which may be none."""

    hour: int
    minute: int
    #: "am", "pm", or empty for a clock of 24 hours
    half: str
    #: written as nothing but a time is
    clear: bool
    end: int


def time_phrase(folded: Sequence[str], place: int) -> Found | None:
    """A time of day, with or without "at" before it; a number that stands alone is none."""
    lead = _LEADS.at(folded, place)
    return clock(folded, place + len(lead.split()), sure=bool(lead))


def clock(folded: Sequence[str], place: int, *, sure: bool) -> Found | None:
    """A time of day without "at"; where `sure`, a number is enough."""
    word = word_at(folded, place)
    if word in _NAMED:
        return Found(At(_NAMED[word]), place + 1)
    figures = _figures(folded, place)
    if figures is None or not (figures.clear or sure):
        return None
    if not figures.clear and (word_at(folded, figures.end) in _UNITS or not _plausible(figures)):
        return None
    return Found(_resolved(figures, place), figures.end)


def time_value(folded: Sequence[str], place: int) -> Found:
    """What stands behind "at:", where nothing but a time can."""
    advice = Complaint(place, "is no time of day; write it like 09:00 or 9:30pm.")
    return clock(folded, place, sure=True) or Found(advice, place + 1)


def _figures(folded: Sequence[str], place: int) -> _Figures | None:
    match = _FIGURES.fullmatch(word := word_at(folded, place)) or _FOUR_FIGURES.fullmatch(word)
    if match is None:
        return None
    hour, mark, minute, attached = match.groups()
    suffix, end = _SUFFIXES.get(attached or "", ""), place + 1
    if not suffix and (following := _SUFFIXES.get(word_at(folded, end))):
        suffix, end = following, end + 1
    half = suffix if suffix in ("am", "pm") else ""
    part = _PART_OF_DAY.at(folded, end) if int(hour) <= 12 and not half else ""
    return _Figures(
        hour=int(hour),
        minute=int(minute or 0),
        half=half or _PARTS_OF_DAY.get(part, ""),
        clear=mark == ":" or bool(mark == "h" and minute) or suffix in ("am", "pm", "clock"),
        end=end + len(part.split()),
    )


def _plausible(figures: _Figures) -> bool:
    """ "At 64" and "at 1080" are rather about pixels."""
    return figures.hour <= 24 and figures.minute < 60


def _resolved(figures: _Figures, place: int) -> At | Complaint:
    hour, minute, half = figures.hour, figures.minute, figures.half
    if minute < 60 and half and 1 <= hour <= 12:
        return At(time(hour % 12 + (12 if half == "pm" else 0), minute))
    if minute < 60 and not half and hour < 24:
        return At(time(hour, minute))
    nearest = time(0 if (hour, minute) == (24, 0) else min(hour, 23), min(minute, 59))
    return Complaint(place, f"is no time of day; did you mean {nearest:%H:%M}?")
