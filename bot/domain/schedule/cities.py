"""City names: cities with at least 15,000 inhabitants, from GeoNames (https://www.geonames.org, CC BY 4.0)."""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources

from bot.domain.schedule.phrase_set import folded
from bot.domain.schedule.regions import COUNTRIES, STATES

#: most words of a city with its country or state: "san pedro garza garcia mexico"
MOST_WORDS = 6
#: another city with the same name is offered if it has at least this share of the largest one's population
_RIVAL = 0.1
#: smallest population, similarity and length for correcting a misspelled city name
_GUESSED, _ALIKE, _SHORTEST_GUESS = 100_000, 0.8, 4


@dataclass(frozen=True, slots=True)
class City:
    """A city and its country."""

    #: normalized
    name: str
    #: IANA name
    zone: str
    #: ISO 3166-1 alpha-2
    country: str
    #: GeoNames code of the first-level division; in the USA the state's postal code
    division: str
    population: int


def find_cities(text: str) -> Sequence[City]:
    """Return the cities with a name, largest first, limited to a country or state if one follows: "Ithaca, NY"."""
    words = _key(text).split()
    for count in range(len(words), 0, -1):
        found = _named(" ".join(words[:count]))
        if found and count < len(words):
            found = _within(found, " ".join(words[count:]))
        if found:
            return sorted(found, key=lambda city: -city.population)
    return ()


def rivals(cities: Sequence[City]) -> Sequence[City]:
    """Return the largest city and other likely ones in different time zones, most likely first."""
    first = cities[0]
    others = {city.zone: city for city in reversed(cities) if city.population >= _RIVAL * first.population}
    return (
        first,
        *sorted((each for each in others.values() if each.zone != first.zone), key=lambda city: -city.population),
    )


def similar_city(text: str) -> City | None:
    """Return the large city with the most similar name, or None."""
    key = _key(text)
    if len(key) < _SHORTEST_GUESS:
        return None
    close = get_close_matches(key, _large().get(key[0], ()), n=1, cutoff=_ALIKE)
    return find_cities(close[0])[0] if close else None


def _within(cities: Sequence[City], place: str) -> Sequence[City]:
    country, state = COUNTRIES.get(place, ""), STATES.get(place, "")
    return [
        city
        for city in cities
        if (country and city.country == country) or (state and (city.country, city.division) == ("US", state))
    ]


def _named(key: str) -> Sequence[City]:
    rows = _rows()
    place = bisect_left(rows, f"{key}\t")
    found = []
    while place < len(rows) and rows[place].startswith(f"{key}\t"):
        name, zone, country, division, population = rows[place].split("\t")
        found.append(City(name, zone, country, division, int(population)))
        place += 1
    return found


@cache
def _rows() -> list[str]:
    table = resources.files("bot.domain.schedule").joinpath("cities.tsv.gz").read_bytes()
    return gzip.decompress(table).decode().split("\n")


@cache
def _large() -> dict[str, list[str]]:
    """Return the names of large cities by first letter."""
    found: dict[str, list[str]] = {}
    for row in _rows():
        name, _, rest = row.partition("\t")
        if int(rest.rpartition("\t")[2]) >= _GUESSED:
            found.setdefault(name[0], []).append(name)
    return found


def _key(text: str) -> str:
    return " ".join(re.sub(r"[-_'’ʻ‘.,/()]", " ", folded(text)).split())
