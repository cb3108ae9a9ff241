"""Guesses a time zone from a language tag, to be offered as a choice and never to be stored without being chosen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel.core import get_global

from bot.domain.schedule import zone_names

#: a language that is set in most countries says nothing about the place
_ANYWHERE = frozenset({"", "en"})
#: where most people live in territories with several zones
_MOST_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "AR": ("America/Argentina/Buenos_Aires",),
    "AU": ("Australia/Sydney",),
    "BR": ("America/Sao_Paulo",),
    "CA": ("America/Toronto", "America/Vancouver"),
    "CL": ("America/Santiago",),
    "CN": ("Asia/Shanghai",),
    "CY": ("Asia/Nicosia",),
    "DE": ("Europe/Berlin",),
    "EC": ("America/Guayaquil",),
    "ES": ("Europe/Madrid",),
    "ID": ("Asia/Jakarta",),
    "KZ": ("Asia/Almaty",),
    "MX": ("America/Mexico_City",),
    "MY": ("Asia/Kuala_Lumpur",),
    "NZ": ("Pacific/Auckland",),
    "PT": ("Europe/Lisbon",),
    "RU": ("Europe/Moscow",),
    "UA": ("Europe/Kyiv",),
    "US": ("America/New_York", "America/Los_Angeles"),
    "UZ": ("Asia/Tashkent",),
    "VN": ("Asia/Ho_Chi_Minh",),
}


@lru_cache(maxsize=256)
def likely_zones(tag: str) -> tuple[str, ...]:
    """Return the time zones in which most readers of a language tag ("de", "pt-BR") live; empty for no guess."""
    territory = _territory(tag)
    if known := _MOST_PEOPLE.get(territory):
        return known
    zones: Mapping[str, str] = get_global("zone_territories")
    there = sorted(name for name, where in zones.items() if where == territory and name in zone_names())
    return tuple(there) if len(there) == 1 else ()


def _territory(tag: str) -> str:
    """Return the territory of a tag, else that in which its language is spoken most; empty if neither is known."""
    language, *rest = tag.replace("_", "-").split("-")
    for part in rest:
        if len(part) == 2 and part.isascii() and part.isalpha():
            return part.upper()
    if language.casefold() in _ANYWHERE:
        return ""
    script = next((part.title() for part in rest if len(part) == 4 and part.isalpha()), "")
    subtags: Mapping[str, str] = get_global("likely_subtags")
    likely = subtags.get(f"{language.casefold()}_{script}" if script else "") or subtags.get(language.casefold(), "")
    return likely.rpartition("_")[2]
