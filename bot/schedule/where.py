"""Zones as people write them: Europe/Berlin, america/new york, "in Berlin", "9am PT", "9:00 Tokyo time"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.schedule.pieces import Complaint, Context, Found, In
from bot.schedule.places import SEVERAL
from bot.schedule.times import time_phrase
from bot.schedule.words import Phrases, word_at
from bot.schedule.zones import (
    MOST_WORDS,
    find_zone,
    looks_like_a_name,
    mistyped_place,
    named,
    similar_name,
    similar_place,
    spoken,
)

_ANYWHERE = frozenset({"utc", "gmt"})
_HERE = Phrases(("local time", "my time", "our time"))
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")


def zone_phrase(folded: Sequence[str], place: int, context: Context) -> Found | None:
    """A zone: by its IANA name anywhere, by a city or an abbreviation only where a schedule is being talked of."""
    lead = 1 if word_at(folded, place) == "in" else 0
    start = place + lead
    if (found := _longest(folded, start, named)) or (found := _misspelt_name(folded, start)):
        return found
    near = context.after_time or context.after_announce
    utc = context.after_piece and word_at(folded, start) in _ANYWHERE
    if near or utc or (lead and context.after_piece):
        return _spoken(folded, start) or (_misspelt_place(folded, start) if lead else None)
    found = _spoken(folded, start) if lead else None
    return found if found and time_phrase(folded, found.end) else None


def zone_value(folded: Sequence[str], place: int) -> Found:
    """What stands behind "timezone:", where nothing but a zone can."""
    return _longest(folded, place, find_zone) or _spoken(folded, place) or _no_zone(folded, place)


def _spoken(folded: Sequence[str], place: int) -> Found | None:
    if here := _HERE.at(folded, place):
        return Found(In(""), place + len(here.split()))
    if found := _offset(folded, place):
        return found
    if zones := SEVERAL.get(word_at(folded, place)):
        return Found(Complaint(place, f"is the name of several clocks; did you mean {' or '.join(zones)}?"), place + 1)
    return _longest(folded, place, spoken)


def _offset(folded: Sequence[str], place: int) -> Found | None:
    """A zone such as "UTC+2", which is refused: half the year, half the world's clocks leave it."""
    count = 2 if word_at(folded, place) in _ANYWHERE and word_at(folded, place + 1)[:1] in ("+", "-") else 1
    typed = "".join(folded[place : place + count])
    match = _OFFSET.fullmatch(typed)
    if match is None or len(typed) < 3:
        return None
    sign, hours, minutes = match.groups()
    # IANA counts these the other way round
    fixed = named(f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}") if not int(minutes or 0) else None
    or_fixed = f", or {fixed} for a clock that never changes" if fixed else ""
    verdict = f"knows no summer time; name a city instead, such as “in Berlin”{or_fixed}."
    return Found(Complaint(place, verdict), place + count)


def _longest(folded: Sequence[str], place: int, find: Callable[[str], str | None]) -> Found | None:
    """The zone that the most words name, with a "time" that may follow."""
    for count in range(min(MOST_WORDS, len(folded) - place), 0, -1):
        if all(folded[place : place + count]) and (zone := find(" ".join(folded[place : place + count]))):
            end = place + count
            return Found(In(zone), end + (word_at(folded, end) == "time"))
    return None


def _misspelt_name(folded: Sequence[str], place: int) -> Found | None:
    return _no_zone(folded, place) if looks_like_a_name(word_at(folded, place)) else None


def _no_zone(folded: Sequence[str], place: int) -> Found:
    word = word_at(folded, place)
    likely = similar_name(word) or similar_place(word) or "a name like Europe/Berlin, or a large city near you"
    return Found(Complaint(place, f"is no time zone; did you mean {likely}?"), place + 1)


def _misspelt_place(folded: Sequence[str], place: int) -> Found | None:
    word = word_at(folded, place)
    likely = mistyped_place(word)
    return Found(Complaint(place, f"is no city I know; did you mean {likely}?"), place + 1) if likely else None
