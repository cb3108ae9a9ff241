"""Time zones: the IANA table of the tzdata package, and lookup by name, city or abbreviation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from bot.domain.schedule.cities import find_cities
from bot.domain.schedule.phrase_set import folded
from bot.domain.schedule.places import ABBREVIATIONS, COMMON_WORDS, LEGACY, PLACES

#: most words of an IANA name ("Port of Spain")
MOST_WORDS = 3

_BLANKS = re.compile(r"_|-(?![0-9])|\s+")
_REGIONS = frozenset("Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split())
#: similarity required for misspelled names
_ALIKE = 0.75
_MUCH_ALIKE = 0.8
_SHORTEST_GUESS = 5


@cache
def zone_names() -> frozenset[str]:
    """Return the IANA names that a schedule may use: those with a slash, and "UTC".

    The others are old aliases ("Japan") or misleading: "EST" has no daylight saving time.
    """
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return frozenset(name for name in names if "/" in name or name == "UTC")


@cache
def zone(name: str) -> ZoneInfo:
    """Return a time zone from the tzdata package, so that all machines agree. Raise `ValueError` if it is unknown."""
    if name not in zone_names():
        raise ValueError(f"no time zone: {name!r}")
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as table:
        return ZoneInfo.from_file(table, key=name)


def find_zone(text: str) -> str | None:
    """Return the time zone for a text that is only a zone: a name in any case, a city or an abbreviation; else None."""
    key = _key(text)
    known = _names().get(key) or spoken(text) or LEGACY.get(key.replace(" ", "-"))
    if known or not key:
        return known
    found = find_cities(text)
    return found[0].zone if found else None


def named(text: str) -> str | None:
    """Return the zone for an IANA name with a slash, in any case, with blanks or underscores, or None."""
    return _names().get(_key(text)) if "/" in text else None


def spoken(text: str) -> str | None:
    """Return the zone of a city, a country with one zone, or an abbreviation, or None."""
    key = _key(text)
    return _cities().get(key) or ABBREVIATIONS.get(key)


def similar_name(text: str) -> str | None:
    """Return the most similar IANA name, or None."""
    return _similar(text, _names())


def similar_place(text: str) -> str | None:
    """Return the zone of the most similar city, or None."""
    return _similar(text, _cities())


def mistyped_place(text: str) -> str | None:
    """Return the zone of a city only if the match is close, for words that may mean something else; else None."""
    key = _key(text)
    alike = [city for city in _cities() if city[0] == key[0]] if len(key) >= _SHORTEST_GUESS else []
    close = get_close_matches(key, alike, n=1, cutoff=_MUCH_ALIKE)
    return _cities()[close[0]] if close else None


def looks_like_a_name(text: str) -> bool:
    """Return whether a text starts like an IANA name, with a region and a slash."""
    region, slash, rest = text.partition("/")
    return bool(slash and rest) and region.capitalize() in _REGIONS


def _similar(text: str, known: Mapping[str, str]) -> str | None:
    close = get_close_matches(_key(text), known, n=1, cutoff=_ALIKE)
    return known[close[0]] if close else None


def _key(text: str) -> str:
    return " ".join(_BLANKS.sub(" ", folded(text)).split())


@cache
def _names() -> dict[str, str]:
    return {_key(name): name for name in zone_names()}


@cache
def _cities() -> dict[str, str]:
    """Return the zone of each city by the last part of its IANA name; the longer name wins a conflict."""
    inhabited = sorted(
        (name for name in zone_names() if name.split("/")[0] in _REGIONS), key=lambda name: (len(name), name)
    )
    cities = {_key(name.rsplit("/", 1)[1]): name for name in inhabited}
    places = {place.strip(): name for name, listed in PLACES.items() for place in listed.split(",")}
    return {city: name for city, name in cities.items() if city not in COMMON_WORDS} | places
