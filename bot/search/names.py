"""Pure: author name matching. Each author of a paper has a set of keys, which the index stores unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.search.normalization import normalized, pieces

_PARTICLES = frozenset("van von der den de del della di da dos du la le el al bin ibn ter ten zu".split())
#: if both parts of a name are at most this long, either may be the family name
_SHORT = 6
_CACHE_SIZE = 4_096


@lru_cache(maxsize=_CACHE_SIZE)
def author_keys(author: str) -> frozenset[str]:
    """Return all keys by which an author's printed name can be found."""
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
    """Return the keys that match the authors meant by a name; empty if the text is not a name."""
    last, comma, first = name.partition(",")
    # names from a query are already in order; other callers may pass "family, given"
    key = _key(pieces(f"{first} {last}" if comma and first.strip() else name))
    return frozenset((key,) if key else ())


def is_named(name: str, author: str) -> bool:
    """Return whether a name as people type it matches an author: "g. hinton", "hinton, geoffrey", "Hinton"."""
    return not wanted_keys(name).isdisjoint(author_keys(author))


def _key(parts: Sequence[str]) -> str:
    full, initials = [part for part in parts if len(part) > 1], [part for part in parts if len(part) == 1]
    if len(full) == 1 and initials:
        return f"{full[0]}/{initials[0]}"
    if len(full) == 1:
        return full[0]
    return _whole(full or parts)


def _spellings(name: str) -> Iterator[list[str]]:
    """Yield the parts of a name as written and with hyphenated parts joined: "Fei-Fei Li" is "Feifei Li"."""
    yield pieces(name)
    joined = pieces(normalized(name).replace("-", "").replace("‐", "").replace("'", "").replace("’", ""))
    if joined != pieces(name):
        yield joined


def _whole(parts: Sequence[str]) -> str:
    """Return one key for every order of the parts, except that "Yang Liu" and "Liu Yang" are usually two people."""
    ordered = len(parts) == 2 and all(len(part) <= _SHORT for part in parts)
    return " ".join(parts if ordered else sorted(parts))


def _others(parts: Sequence[str], at: int) -> list[str]:
    return [*parts[:at], *parts[at + 1 :]]


def _surname(full: Sequence[str]) -> list[str]:
    """Return "van der Maaten" for "Laurens van der Maaten"; empty if no particle precedes the last part."""
    start = len(full) - 1
    while start > 1 and full[start - 1] in _PARTICLES:
        start -= 1
    return [*full[start:]] if 0 < start < len(full) - 1 else []
