"""Times of day in words in German, French and Spanish: "um halb neun", "à huit heures et demie", "a las nueve"."""

from __future__ import annotations

import re
from functools import partial

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
#: pattern of a spoken time, minutes from the hour it names, and the same in digits
_SPOKEN_TIMES = tuple(
    (re.compile(pattern, re.IGNORECASE), minutes, shape)
    for pattern, minutes, shape in (
        (rf"\b(?:um )?halb {_HOUR}(?: uhr)?", -30, "um {hour}:{minute} uhr"),
        (rf"\b(?:um )?viertel nach {_HOUR}(?: uhr)?", 15, "um {hour}:{minute} uhr"),
        (rf"\b(?:um )?viertel vor {_HOUR}(?: uhr)?", -15, "um {hour}:{minute} uhr"),
        (rf"\bum (?:punkt )?{_HOUR}(?![:.]?\d)(?: uhr(?! \d))?", 0, "um {hour}:{minute} uhr"),
        (rf"\bà {_HOUR}(?: ?h| heures?)? et demie", 30, "à {hour}h{minute}"),
        (rf"\bà {_HOUR}(?: ?h| heures?)? et quart", 15, "à {hour}h{minute}"),
        (rf"\bà {_HOUR} heures?", 0, "à {hour}h{minute}"),
        (rf"\ba las? {_HOUR} y media", 30, "a las {hour}:{minute}"),
        (rf"\ba las? {_HOUR} y cuarto", 15, "a las {hour}:{minute}"),
        (rf"\ba las? {_HOUR} menos cuarto", -15, "a las {hour}:{minute}"),
        (rf"\ba las? {_HOUR}(?![:.h]?\d)", 0, "a las {hour}:{minute}"),
    )
)


def in_digits(text: str) -> str:
    """Return a text with its spoken times in digits: "um halb neun" as "um 8:30 uhr"."""
    for pattern, minutes, shape in _SPOKEN_TIMES:
        text = pattern.sub(partial(_clock, minutes=minutes, shape=shape), text)
    return text


def _clock(found: re.Match[str], *, minutes: int, shape: str) -> str:
    hour = _HOURS.get(found[1].casefold()) or int(found[1])
    total = (hour * 60 + minutes) % (24 * 60)
    return shape.format(hour=total // 60, minute=f"{total % 60:02}")
