"""Rules for merging the parts of a line into one query, within its limits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from bot.query.model import LONGEST_PHRASE, LONGEST_WORD, MOST_IGNORED, MOST_WORDS, Query

V = TypeVar("V")
H = TypeVar("H", bound=Hashable)
_Number = TypeVar("_Number", int, date)
Get = Callable[[Query], V]


@dataclass(slots=True)
class Parts:
    """The parts of a line in order, and what exceeds the limits, each with the number of its part."""

    queries: Sequence[Query]
    #: whether the text was truncated
    cut: bool = False
    dropped: list[tuple[int, str]] = field(default_factory=list)


def all_words(parts: Parts, get: Get[tuple[str, ...]]) -> tuple[str, ...]:
    """Return all words except immediate repetitions: "knowledge in knowledge graphs" keeps both."""
    kept: list[str] = []
    for number, word in ((number, word) for number, part in enumerate(parts.queries) for word in get(part)):
        if kept[-1:] == [word]:
            continue
        if len(kept) < MOST_WORDS and len(word) <= LONGEST_WORD:
            kept.append(word)
        else:
            parts.dropped.append((number, word))
    return tuple(kept)


def distinct_texts(
    most: int, longest: int = LONGEST_PHRASE
) -> Callable[[Parts, Get[tuple[str, ...]]], tuple[str, ...]]:
    """Return a rule that keeps up to `most` different texts in order, none with more than `longest` characters."""

    def merge(parts: Parts, get: Get[tuple[str, ...]]) -> tuple[str, ...]:
        kept: dict[str, None] = {}
        for number, part in enumerate(parts.queries):
            for text in get(part):
                if text in kept or (len(kept) < most and len(text) <= longest):
                    kept[text] = None
                else:
                    parts.dropped.append((number, text))
        return tuple(kept)

    return merge


def distinct(most: int) -> Callable[[Parts, Get[tuple[H, ...]]], tuple[H, ...]]:
    """Return a rule that keeps the first `most` different values, and drops the others silently."""
    return lambda parts, get: tuple(dict.fromkeys(value for part in parts.queries for value in get(part)))[:most]


def union(parts: Parts, get: Get[frozenset[H]]) -> frozenset[H]:
    """Return the values of all parts."""
    return frozenset().union(*(get(part) for part in parts.queries))


def largest(parts: Parts, get: Get[_Number | None]) -> _Number | None:
    """Return the largest value: of several lower bounds the narrowest wins."""
    return max((value for part in parts.queries if (value := get(part)) is not None), default=None)


def smallest(parts: Parts, get: Get[_Number | None]) -> _Number | None:
    """Return the smallest value: of several upper bounds the narrowest wins."""
    return min((value for part in parts.queries if (value := get(part)) is not None), default=None)


def any_true(parts: Parts, get: Get[bool]) -> bool:
    """Return whether any part sets the flag."""
    return any(get(part) for part in parts.queries)


def all_true(parts: Parts, get: Get[bool]) -> bool:
    """Return whether no part clears the flag."""
    return all(get(part) for part in parts.queries)


def first_of(text: Get[str]) -> Callable[[Parts, Get[V | None]], V | None]:
    """Return a rule that keeps the first value; `text` is a part's value as text, "" for none.

    Later, different values are reported in `ignored`.
    """

    def merge(parts: Parts, get: Get[V | None]) -> V | None:
        said = [(number, part) for number, part in enumerate(parts.queries) if text(part)]
        parts.dropped += [(number, text(part)) for number, part in said if text(part) != text(said[0][1])]
        return get(said[0][1]) if said else None

    return merge


def beside_first(text: Get[str]) -> Callable[[Parts, Get[V | None]], V | None]:
    """Return a rule that takes a value from the part that `first_of` chose for another field."""
    return lambda parts, get: next((get(part) for part in parts.queries if text(part)), None)


def unused_text(parts: Parts, get: Get[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what could not be used, in typed order; this rule has to be applied last."""
    typed = [(number, text) for number, part in enumerate(parts.queries) for text in get(part)]
    # the sort is stable, so within a part unreadable text comes before what exceeds a limit
    in_order = [text for _, text in sorted(typed + parts.dropped, key=lambda said: said[0])]
    few = [text if len(text) <= LONGEST_WORD else f"{text[:LONGEST_WORD]}…" for text in in_order[:MOST_IGNORED]]
    return (*few, "…") if parts.cut or len(in_order) > MOST_IGNORED else tuple(few)
