"""Times of day in words in German, French and Spanish: "um halb neun", "à huit heures et demie", "a las nueve"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.schedule import find_zone

#: hours by their names in German, French and Spanish
_HOURS = {
    name: hour
    for names in (
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "une deux trois quatre cinq six sept huit neuf dix onze midi",
        "una dos tres cuatro cinco seis siete ocho nueve diez once doce",
    )
    for hour, name in enumerate(names.split(), 1)
}
_HOUR = rf"({'|'.join(_HOURS)}|\d{{1,2}})\b"
#: "um 9 Uhr abends", "a las 8 de la mañana"
_MORNING = "morgens|früh|vormittags|du matin|de la mañana"
_EVENING = "nachmittags|abends|de l'après-midi|du soir|de la tarde|de la noche"
_PART_OF_DAY = rf"(?: (?:{_MORNING}|(?P<evening>{_EVENING}))(?!\w))?"
_PARTS = tuple(f"{_MORNING}|{_EVENING}".split("|"))
#: pattern of a spoken time, minutes from the hour it names, the same in digits, and whether it is a time by itself:
#: "um drei" may also be "um drei Prozent"
_SPOKEN_TIMES = tuple(
    (re.compile(pattern + _PART_OF_DAY, re.IGNORECASE), minutes, shape, clear)
    for pattern, minutes, shape, clear in (
        (rf"\b(?:um )?halb {_HOUR}(?: uhr)?", -30, "um {hour}:{minute} uhr", True),
        (rf"\b(?:um )?viertel nach {_HOUR}(?: uhr)?", 15, "um {hour}:{minute} uhr", True),
        (rf"\b(?:um )?viertel vor {_HOUR}(?: uhr)?", -15, "um {hour}:{minute} uhr", True),
        (rf"\bum (?:punkt )?{_HOUR} uhr(?! \d)", 0, "um {hour}:{minute} uhr", True),
        (rf"\bum punkt {_HOUR}", 0, "um {hour}:{minute} uhr", True),
        (rf"\bum {_HOUR}(?![:.-]?\w| uhr)", 0, "um {hour}:{minute} uhr", False),
        (rf"\bà {_HOUR}(?: ?h| heures?)? et demie", 30, "à {hour}h{minute}", True),
        (rf"\bà {_HOUR}(?: ?h| heures?)? et quart", 15, "à {hour}h{minute}", True),
        (rf"\bà {_HOUR} heures?(?! \d)", 0, "à {hour}h{minute}", True),
        (rf"\ba las? {_HOUR} y media", 30, "a las {hour}:{minute}", True),
        (rf"\ba las? {_HOUR} y cuarto", 15, "a las {hour}:{minute}", True),
        (rf"\ba las? {_HOUR} menos cuarto", -15, "a las {hour}:{minute}", True),
        (rf"\ba las? {_HOUR}(?![:.h-]?\w)", 0, "a las {hour}:{minute}", False),
    )
)
#: a time in digits, beside which nothing else is one
_IN_DIGITS = re.compile(
    r"\b(?:[01]?\d|2[0-3])(?::[0-5]\d|\.[0-5]\d uhr| uhr [0-5]\d| ?h ?[0-5]\d)(?![.,]?\d)", re.IGNORECASE
)
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class _SpokenTime:
    """Words that may be a time of day."""

    start: int
    end: int
    in_digits: str
    is_clear: bool


def in_digits(text: str, days: re.Pattern[str]) -> str:
    """Return a text with its time of day in digits: "um halb neun" as "um 8:30 uhr".

    One time at most is meant: the clearest, and of equal ones the one beside a day. `days` matches days of the week
    and intervals. Other numbers, such as "um drei Prozent", belong to the topic.
    """
    if _IN_DIGITS.search(text):
        return text
    ranked = [
        ((_is_beside_day(text, found, days), found.is_clear, found.start), found)
        for found in _candidates(text)
        if found.is_clear or _is_beside_day(text, found, days) or _stands_alone(text, found)
    ]
    if not ranked:
        return text
    _, best = max(ranked, key=lambda each: each[0])
    return text[: best.start] + best.in_digits + text[best.end :]


def _candidates(text: str) -> Iterator[_SpokenTime]:
    """Yield all that may be a time; the same words once, by the longest pattern."""
    taken: set[int] = set()
    for pattern, minutes, shape, clear in _SPOKEN_TIMES:
        for found in pattern.finditer(text):
            hour = _HOURS.get(found[1].casefold()) or int(found[1])
            if hour > _HOURS_A_DAY or not taken.isdisjoint(range(*found.span())):
                continue
            taken.update(range(*found.span()))
            total = (hour * 60 + minutes + (12 * 60 if found["evening"] and hour <= 12 else 0)) % (24 * 60)
            said = shape.format(hour=total // 60, minute=f"{total % 60:02}")
            yield _SpokenTime(found.start(), found.end(), said, clear or found[0].casefold().endswith(_PARTS))


def _is_beside_day(text: str, found: _SpokenTime, days: re.Pattern[str]) -> bool:
    """Return whether a day stands right before or behind."""
    before, behind = text[: found.start].rstrip(" ,"), text[found.end :].lstrip(" ,")
    ends = any(each.end() == len(before) for each in days.finditer(before))
    return ends or days.match(behind) is not None


def _stands_alone(text: str, found: _SpokenTime) -> bool:
    """Return whether nothing that could be counted follows, or only the request precedes: "abonniere um neun ..."."""
    behind = text[found.end :].strip()
    is_last = not behind or not behind[0].isalnum()
    return is_last or find_zone(behind.split()[0].strip(",.;")) is not None or len(text[: found.start].split()) <= 1
