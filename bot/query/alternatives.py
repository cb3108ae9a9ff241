"""Alternatives (disjunction): "agents or planning", "author:hinton OR author:bengio", "rl (robots | drones)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.query.model import Query
from bot.query.tokens import Token

#: parentheses that contain alternatives, or that are one of them; each is replaced by a placeholder until it is parsed
_BRACKETS = re.compile(
    r"\(([^()]*(?:\s(?:OR|or)\s|\|)[^()]*)\)"
    r"|\(([^()]+)\)(?=\s+(?:OR|or)\s|\s*\|)"
    r"|(?:(?<=\sOR\s)|(?<=\sor\s)|(?<=\|)|(?<=\|\s))\(([^()]+)\)"
)
_PLACEHOLDER = re.compile("\ue000([0-9]{1,2})\ue001")
_MOST_BRACKETS = 8
_BARS = frozenset({"|", "||", "/"})
#: lower-case "or" joins short topics only; in a long question it is an ordinary word
_LONGEST_LINE, _LONGEST_SIDE = 14, 4
#: most alternatives per group
_MOST = 8


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A parsed part of the line."""

    asks: Query
    #: whether it is an "or", and whether it cannot be anything else
    joins: bool = False
    surely: bool = False
    #: whether a sentence or clause ends after it
    closes: bool = False

    @property
    def word(self) -> bool:
        """Whether it consists of topic words only."""
        return bool(self.asks.words) and self.asks == Query(words=self.asks.words)

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing."""
        return self.asks == Query()


@dataclass(slots=True)
class Brackets:
    """Extracts the parentheses of a line that contain alternatives."""

    inside: list[str] = field(default_factory=list)

    def taken_out(self, text: str) -> str:
        """Return the line with a placeholder for each pair of parentheses, innermost first."""
        while len(self.inside) < _MOST_BRACKETS and (match := _BRACKETS.search(text)):
            self.inside.append(next(filter(None, match.groups())))
            text = f"{text[: match.start()]} \ue000{len(self.inside) - 1}\ue001 {text[match.end() :]}"
        return text

    def within(self, token: Token) -> str | None:
        """Return the content of the parentheses that a placeholder token stands for, or None."""
        match = _PLACEHOLDER.fullmatch(token.word)
        return self.inside[int(match[1])] if match and int(match[1]) < len(self.inside) else None


def joins(token: Token) -> tuple[bool, bool]:
    """Return whether a token is an "or", and whether that is certain."""
    if token.typed in _BARS or token.typed == "OR":
        return True, token.typed != "/"
    return token.plain and token.word == "or", False


def joined(parts: Sequence[QueryPart], merged: Callable[[Sequence[Query]], Query]) -> Iterator[Query]:
    """Yield the queries of the parts, with each group of alternatives as one query."""
    left = [*parts]
    while (place := _first_join(left)) is not None:
        start, end = _with_neighbours(left, *_alternatives(left, place), merged)
        sides = [merged([part.asks for part in side]) for side in _split(left[start:end])]
        found = tuple(dict.fromkeys(side for side in sides if side))[:_MOST]
        left[start:end] = [QueryPart(found[0] if len(found) == 1 else Query(either=(found,) if found else ()))]
    return (part.asks for part in left)


def _first_join(parts: Sequence[QueryPart]) -> int | None:
    """Return the position of the first "or" that joins alternatives, or None; others are ordinary words."""
    for place, part in enumerate(parts):
        if not part.joins:
            continue
        before, behind = _side(parts, place, -1), _side(parts, place, 1)
        short = len(parts) <= _LONGEST_LINE and max(len(before), len(behind)) <= _LONGEST_SIDE
        if before and behind and (part.surely or short):
            return place
    return None


def _side(parts: Sequence[QueryPart], place: int, step: int) -> list[int]:
    """Return the positions of one operand of an "or": one filter or phrase, or all words up to another part."""
    found: list[int] = []
    at = place + step
    while 0 <= at < len(parts):
        part = parts[at]
        if part.joins or (part.empty and found) or (part.closes and (step < 0 or found)):
            if step > 0 and part.word and not part.joins:
                found.append(at)
            break
        if not part.empty:
            if found and not part.word:
                break
            found.append(at)
            if not part.word:
                break
        at += step
    return found


def _alternatives(parts: Sequence[QueryPart], place: int) -> tuple[int, int]:
    """Return start and end of a chain of alternatives."""
    start, end = min(_side(parts, place, -1)), place
    while end < len(parts) and parts[end].joins and (behind := _side(parts, end, 1)):
        end = max(behind) + 1
    return start, end


def _with_neighbours(
    parts: Sequence[QueryPart], start: int, end: int, merged: Callable[[Sequence[Query]], Query]
) -> tuple[int, int]:
    """Return start and end of a chain with the filters beside it that are part of its nearest alternative.

    In "cat:q-bio.NC or server:biorxiv cat:neuroscience" the last one is: to be in both categories is impossible.
    """
    sides = [merged([part.asks for part in side]) for side in _split(parts[start:end])]
    if end < len(parts) and _is_part(parts[end].asks, sides[-1], sides[:-1]):
        end += 1
    if start and _is_part(parts[start - 1].asks, sides[0], sides[1:]):
        start -= 1
    return start, end


def _is_part(beside: Query, nearest: Query, others: Sequence[Query]) -> bool:
    """Return whether a filter is part of the nearest alternative: it names the kind of list that all others name."""
    own, next_to = _lists(beside), _lists(nearest)
    return len(own) == 1 and bool(next_to) and own.isdisjoint(next_to) and all(_lists(each) == own for each in others)


def _lists(query: Query) -> frozenset[str]:
    """Return whether a query names categories, servers or both, and nothing else; empty if it does not."""
    if query != Query(categories=query.categories, servers=query.servers):
        return frozenset()
    return frozenset(name for name in ("categories", "servers") if getattr(query, name))


def _split(parts: Sequence[QueryPart]) -> Iterator[list[QueryPart]]:
    side: list[QueryPart] = []
    for part in parts:
        if part.joins:
            yield side
            side = []
        else:
            side.append(part)
    yield side
