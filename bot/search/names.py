"""Pure: authors as units. A name is compared with one author at a time, by keys that the index holds as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.search.folding import folded, pieces

_PARTICLES = frozenset("van von der den de del della di da dos du la le el al bin ibn ter ten zu".split())
#: of two parts that are no longer either may be the family name
_SHORT = 6
_REMEMBERED = 4_096


@lru_cache(maxsize=_REMEMBERED)
def author_keys(author: str) -> frozenset[str]:
    """Return every key by which an author, as a paper prints the name, can be asked for."""
    found: set[str] = set()
    for parts in _spellings(author):
        full = [part for part in parts if len(part) > 1]
        found.add(_whole(full or parts))
        found.update(full)
        found.update(
            f"{one}/{other[0]}" for at, one in enumerate(parts) for other in _others(parts, at) if len(one) > 1
        )
        if surname := _surname(full):
            found.add(_whole(surname))
    return frozenset(found)


def wanted_keys(name: str) -> frozenset[str]:
    """Return the keys of which an author must have one whom somebody means by a name; none where it is no name."""
    last, comma, first = name.partition(",")
    # a query has its names in order; here come those of others, too
    key = _key(pieces(f"{first} {last}" if comma and first.strip() else name))
    return frozenset((key,) if key else ())


def is_named(name: str, author: str) -> bool:
    """Return whether a name as people write it means an author: "g. hinton", "hinton, geoffrey", "Hinton"."""
    return not wanted_keys(name).isdisjoint(author_keys(author))


def _key(parts: Sequence[str]) -> str:
    full, initials = [part for part in parts if len(part) > 1], [part for part in parts if len(part) == 1]
    if len(full) == 1 and initials:
        return f"{full[0]}/{initials[0]}"
    if len(full) == 1:
        return full[0]
    return _whole(full or parts)


def _spellings(name: str) -> Iterator[list[str]]:
    """The parts of a name, as it is written and with what a hyphen joins as one: "Fei-Fei Li" is "Feifei Li"."""
    yield pieces(name)
    joined = pieces(folded(name).replace("-", "").replace("‐", "").replace("'", "").replace("’", ""))
    if joined != pieces(name):
        yield joined


def _whole(parts: Sequence[str]) -> str:
    """Every order of a name has one key; but "Yang Liu" and "Liu Yang" are two people as a rule."""
    ordered = len(parts) == 2 and all(len(part) <= _SHORT for part in parts)
    return " ".join(parts if ordered else sorted(parts))


def _others(parts: Sequence[str], at: int) -> list[str]:
    return [*parts[:at], *parts[at + 1 :]]


def _surname(full: Sequence[str]) -> list[str]:
    """ "van der Maaten" of "Laurens van der Maaten"; nothing where no particle stands before the last part."""
    start = len(full) - 1
    while start > 1 and full[start - 1] in _PARTICLES:
        start -= 1
    return [*full[start:]] if 0 < start < len(full) - 1 else []
