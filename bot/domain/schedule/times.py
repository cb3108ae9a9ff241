"""Parser for times of day: 9:00, 9.30, 9am, 0900, 17h, 9 o'clock, half past nine, 6 in the evening, noon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.domain import i18n
from bot.domain.i18n import tr
from bot.domain.schedule.phrase_set import PhraseSet, word_at
from bot.domain.schedule.tokens import At, Complaint, Parsed, PartOfDay, WordContext

_LEADS = PhraseSet(
    (
        "at", "@", "at around", "at about", "not before", "not earlier than", "no earlier than", "um", "gegen", "a las",
        "a la", "sobre las",
    )
)  # fmt: skip
#: may precede an unambiguous time
_SOFT_LEADS = PhraseSet(("around", "about", "by", "a", "vers", "ab"))
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0), "mittag": time(12), "mitternacht": time(0)}
_SPOKEN = {
    name: number
    for number, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
#: minutes added to or subtracted from the hour
_PAST = {
    "half past": 30,
    "quarter past": 15,
    "quarter after": 15,
    "ten past": 10,
    "twenty past": 20,
    "five past": 5,
    "half": 30,
}
_TO = {"quarter to": 15, "ten to": 10, "twenty to": 20, "five to": 5}
_MINUTES = PhraseSet((*_PAST, *_TO, *(f"a {phrase}" for phrase in (*_PAST, *_TO))))
_FIGURES_PAST = {"5": "five", "10": "ten", "15": "quarter", "20": "twenty", "30": "half"}
#: parts of the day and their default times
_PARTS = {
    "morning": time(9), "mornings": time(9), "lunchtime": time(12), "lunch": time(12), "afternoon": time(14),
    "afternoons": time(14), "evening": time(18), "evenings": time(18), "night": time(21), "nights": time(21),
    "morgen": time(9), "abend": time(18), "matin": time(9), "soir": time(18),
}  # fmt: skip
_EVERY = frozenset("every each jeden chaque cada".split())
_OF_THE_DAY = PhraseSet(("in the", "during the", "at", "this"))
#: times suggested for vague phrases
_VAGUE = {
    "after lunch": time(13), "before lunch": time(11), "after work": time(18), "before work": time(8),
    "after dinner": time(20), "before dinner": time(18), "after breakfast": time(9), "before breakfast": time(7),
    "before bed": time(21), "after school": time(15), "at dawn": time(6), "at sunrise": time(6), "at sunset": time(19),
    "first thing in the morning": time(7), "early in the morning": time(7), "in the early morning": time(7),
    "early morning": time(7), "late evening": time(21), "end of day": time(18), "at the end of the day": time(18),
    "eod": time(18), "at teatime": time(17), "at tea time": time(17), "over lunch": time(12), "at lunch": time(12),
    "over breakfast": time(8), "with my coffee": time(8), "at lunchtime": time(12),
}  # fmt: skip
_VAGUE_TIMES = PhraseSet(_VAGUE)
#: "12h ahead" and "24h forecasting" are topics
_HOURS_OF = frozenset(
    "ahead window horizon forecast forecasts forecasting recall video videos audio recordings".split()
)
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
_PART_OF_DAY = PhraseSet(_PARTS_OF_DAY)
#: "at 4 bits" is not a time
#: words behind a time that add nothing
_EXACTLY = frozenset("sharp exactly hrs hr prompt".split())
_UNITS = frozenset(
    "b bit bits byte bytes kb mb gb tb k m x times % percent billion million trillion thousand parameters params "
    "tokens layers heads gpus gpu fps hz khz mhz ghz shot shots step steps epoch epochs iterations samples degrees cm "
    "mm km nm s ms seconds minutes hours days weeks months years year".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """A possible time in digits."""

    hour: int
    minute: int
    #: "am", "pm", or "" for 24-hour time
    half: str
    #: unambiguously a time
    clear: bool
    #: with a dot, like a version number: "9.30"
    dotted: bool
    end: int


_NOTHING = WordContext()


def time_phrase(folded: Sequence[str], place: int, context: WordContext = _NOTHING) -> Parsed | None:
    """Parse a time of day, with or without "at"; a bare number is not a time."""
    if vague := _VAGUE_TIMES.at(folded, place):
        return Parsed(PartOfDay(_VAGUE[vague]), place + len(vague.split()))
    lead = _LEADS.at(folded, place)
    start = place + len((lead or _SOFT_LEADS.at(folded, place)).split())
    return clock(folded, start, sure=bool(lead), dotted=context.after_piece)


def part_of_day(folded: Sequence[str], place: int, context: WordContext) -> Parsed | None:
    """Parse a part of the day without an hour: "every morning", "weekday evenings", "daily in the afternoon"."""
    if word_at(folded, place) in _EVERY and (at := _PARTS.get(word_at(folded, place + 1))):
        return Parsed(PartOfDay(at, every=True), place + 2)
    lead = _OF_THE_DAY.at(folded, place)
    start = place + len(lead.split())
    at = _PARTS.get(word_at(folded, start))
    return Parsed(PartOfDay(at), start + 1) if at and context.after_piece else None


def clock(folded: Sequence[str], place: int, *, sure: bool, dotted: bool = False) -> Parsed | None:
    """Parse a time without "at". With `sure`, a bare number is a time; with `dotted`, "9.30" is."""
    word = word_at(folded, place)
    if word in _NAMED:
        return Parsed(At(_NAMED[word]), place + 1)
    if found := _in_words(folded, place, sure=sure):
        return found
    figures = _figures(folded, place)
    if figures is None or not (figures.clear or sure or (dotted and figures.dotted)):
        return None
    if not figures.clear and (word_at(folded, figures.end) in _UNITS or not _is_plausible(figures)):
        return None
    return Parsed(_resolved(figures, place), figures.end + (word_at(folded, figures.end) in _EXACTLY))


def time_value(folded: Sequence[str], place: int) -> Parsed:
    """Parse the value of "at:", which must be a time."""
    advice = Complaint(place, tr("“{words}” isn't a time of day. Write it like 09:00 or 9:30pm."))
    return clock(folded, place, sure=True) or Parsed(advice, place + 1)


def _figures(folded: Sequence[str], place: int) -> _Figures | None:
    word = word_at(folded, place).removesuffix("ish").removesuffix("-")
    match = _FIGURES.fullmatch(word) or _FOUR_FIGURES.fullmatch(word)
    if match is None:
        return None
    rounded = word != word_at(folded, place)
    hour, mark, minute, attached = match.groups()
    suffix, end = _SUFFIXES.get(attached or "", ""), place + 1
    if not suffix:
        suffix, end = _suffix(folded, end)
    half = suffix if suffix in ("am", "pm") else ""
    part = _PART_OF_DAY.at(folded, end) if int(hour) <= 12 and not half else ""
    return _Figures(
        hour=int(hour),
        minute=int(minute or 0),
        half=half or _PARTS_OF_DAY.get(part, ""),
        clear=mark == ":"
        or bool(mark == "h" and minute)
        or suffix in ("am", "pm", "clock")
        or (suffix == "h" and _is_hour(int(hour), word_at(folded, end)))
        or bool(part)
        or rounded
        or (len(word) == 4 and word.isdecimal() and word.startswith("0") and len(folded) > 1)
        or (len(word) == 4 and word.isdecimal() and word_at(folded, end) in ("hrs", "hours")),
        dotted=mark == "." and len(minute or "") == 2,
        end=end + len(part.split()) + (word_at(folded, end) == "hours" and len(word) == 4),
    )


def _suffix(folded: Sequence[str], place: int) -> tuple[str, int]:
    """Return "am", "pm", "h", "clock" or "" for the words from a position on, and the position after them."""
    word = word_at(folded, place).removesuffix("ish").removesuffix("-")
    if word == "o" and word_at(folded, place + 1) == "clock":
        return "clock", place + 2
    found = _SUFFIXES.get(word, "")
    return found, place + bool(found)


def _is_hour(hour: int, following: str) -> bool:
    return hour < 24 and following not in _UNITS and following not in _HOURS_OF


def _in_words(folded: Sequence[str], place: int, *, sure: bool) -> Parsed | None:
    """Parse "half past nine", "quarter to 8", "nine o'clock", "nine in the evening"; with `sure` also "nine"."""
    phrase = _MINUTES.at(folded, place)
    start = place + len(phrase.split())
    if not phrase and word_at(folded, place) in _FIGURES_PAST and word_at(folded, place + 1) in ("past", "after"):
        # "20 past 8"
        phrase, start = f"{_FIGURES_PAST[word_at(folded, place)]} past", place + 2
    word = word_at(folded, start)
    hour = _SPOKEN.get(word) or (int(word) if phrase and word.isdecimal() and len(word) <= 2 else None)
    if hour is None or hour > 23:
        return None
    end = start + 1
    suffix, end = _suffix(folded, end)
    part = _PART_OF_DAY.at(folded, end)
    if not (phrase or suffix or part or sure):
        return None
    half = suffix if suffix in ("am", "pm") else _PARTS_OF_DAY.get(part, "")
    total = hour % 12 * 60 + (12 * 60 if half == "pm" else 0) if half or (hour == 12 and half) else hour * 60
    moved = phrase.removeprefix("a ")
    total = (total + _PAST.get(moved, 0) - _TO.get(moved, 0)) % (24 * 60)
    return Parsed(At(time(total // 60, total % 60)), end + len(part.split()))


def _is_plausible(figures: _Figures) -> bool:
    """Return False for "at 64" and "at 1080", which are more likely resolutions."""
    return figures.hour <= 24 and figures.minute < 60


def _resolved(figures: _Figures, place: int) -> At | Complaint:
    hour, minute, half = figures.hour, figures.minute, figures.half
    if minute < 60 and half and 1 <= hour <= 12:
        return At(time(hour % 12 + (12 if half == "pm" else 0), minute))
    if minute < 60 and not half and hour < 24:
        return At(time(hour, minute))
    nearest = time(0 if (hour, minute) == (24, 0) else min(hour, 23), min(minute, 59))
    return Complaint(place, tr("“{words}” isn't a time of day. Did you mean {time}?", time=i18n.clock(nearest)))
