"""Time zones: the IANA table that comes with Paperboy, and its names as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from bot.schedule.cities import find_cities
from bot.schedule.places import ABBREVIATIONS, COMMON_WORDS, LEGACY, PLACES
from bot.schedule.words import folded

#: a name in the table has at most this many words ("Port of Spain")
MOST_WORDS = 3

_BLANKS = re.compile(r"_|-(?![0-9])|\s+")
_REGIONS = frozenset("Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split())
#: misspelt by a letter or two
_ALIKE = 0.75
_MUCH_ALIKE = 0.8
_SHORTEST_GUESS = 5


@cache
def zone_names() -> frozenset[str]:
    """Every IANA name that a schedule may have: those with a slash, and "UTC".

    The others are either the same under an old name ("Japan") or a trap: "EST" has no summer time.
    """
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return frozenset(name for name in names if "/" in name or name == "UTC")


@cache
def zone(name: str) -> ZoneInfo:
    """The rules of a zone, from the tzdata package: the same on every machine. `ValueError` for an unknown name."""
    if name not in zone_names():
        raise ValueError(f"no time zone: {name!r}")
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as table:
        return ZoneInfo.from_file(table, key=name)


def find_zone(text: str) -> str | None:
    """The zone that somebody means who writes nothing else: a name in any case, a city, an abbreviation; or None."""
    key = _key(text)
    known = _names().get(key) or spoken(text) or LEGACY.get(key.replace(" ", "-"))
    if known or not key:
        return known
    found = find_cities(text)
    return found[0].zone if found else None


def named(text: str) -> str | None:
    """The zone of an IANA name with a slash, in any case, with blanks or underscores; None for all else."""
    return _names().get(_key(text)) if "/" in text else None


def spoken(text: str) -> str | None:
    """The zone of a city, a country with one zone, or an abbreviation; None for all else."""
    key = _key(text)
    return _cities().get(key) or ABBREVIATIONS.get(key)


def similar_name(text: str) -> str | None:
    """The IANA name that was probably meant."""
    return _similar(text, _names())


def similar_place(text: str) -> str | None:
    """The zone of the city that was probably meant."""
    return _similar(text, _cities())


def mistyped_place(text: str) -> str | None:
    """The zone of a city that was meant beyond doubt, for words that may as well be about something else."""
    key = _key(text)
    alike = [city for city in _cities() if city[0] == key[0]] if len(key) >= _SHORTEST_GUESS else []
    close = get_close_matches(key, alike, n=1, cutoff=_MUCH_ALIKE)
    return _cities()[close[0]] if close else None


def looks_like_a_name(text: str) -> bool:
    """Whether it begins with a region of the table, as nothing but a zone does."""
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
    """Cities by their last segment; where two names have it, by the longer and more exact one."""
    inhabited = sorted(
        (name for name in zone_names() if name.split("/")[0] in _REGIONS), key=lambda name: (len(name), name)
    )
    cities = {_key(name.rsplit("/", 1)[1]): name for name in inhabited}
    places = {place.strip(): name for name, listed in PLACES.items() for place in listed.split(",")}
    return {city: name for city, name in cities.items() if city not in COMMON_WORDS} | places
