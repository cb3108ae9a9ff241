"""Alternatives: "agents or planning", "author:hinton OR author:bengio", "rl (robots | drones)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.query.asked import Query
from bot.query.tokens import Token

#: brackets with alternatives in them; a placeholder stands for each until it is read
_BRACKETS = re.compile(r"\(([^()]*(?:\s(?:OR|or)\s|\|)[^()]*)\)")
_PLACEHOLDER = re.compile("\ue000([0-9]{1,2})\ue001")
_MOST_BRACKETS = 8
_BARS = frozenset({"|", "||", "/"})
#: "or" in small letters joins short topics only; in a long question it is a word like others
_LONGEST_LINE, _LONGEST_SIDE = 14, 4
#: alternatives of one group
_MOST = 8


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of the line asks for, on its way to becoming a query."""

    asks: Query
    #: whether it is an "or", and whether it can be nothing else
    joins: bool = False
    surely: bool = False
    #: whether a sentence or a part of one ends behind it
    closes: bool = False

    @property
    def word(self) -> bool:
        """Whether it is nothing but words of a topic."""
        return bool(self.asks.words) and self.asks == Query(words=self.asks.words)

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing."""
        return self.asks == Query()


@dataclass(slots=True)
class Brackets:
    """The brackets of a line that hold alternatives, taken out of it."""

    inside: list[str] = field(default_factory=list)

    def taken_out(self, text: str) -> str:
        """Return the line with a placeholder for each pair of brackets, the innermost first."""
        while len(self.inside) < _MOST_BRACKETS and (match := _BRACKETS.search(text)):
            self.inside.append(match[1])
            text = f"{text[: match.start()]} \ue000{len(self.inside) - 1}\ue001 {text[match.end() :]}"
        return text

    def within(self, token: Token) -> str | None:
        """Return what stood in the brackets for which a token stands."""
        match = _PLACEHOLDER.fullmatch(token.word)
        return self.inside[int(match[1])] if match and int(match[1]) < len(self.inside) else None


def joins(token: Token) -> tuple[bool, bool]:
    """Return whether a token is an "or", and whether it is surely one."""
    if token.typed in _BARS or token.typed == "OR":
        return True, token.typed != "/"
    return token.plain and token.word == "or", False


def joined(parts: Sequence[Part], gathered: Callable[[Sequence[Query]], Query]) -> Iterator[Query]:
    """Return what the parts ask for, with alternatives as one part."""
    left = [*parts]
    while (place := _first_join(left)) is not None:
        start, end = _alternatives(left, place)
        sides = [gathered([part.asks for part in side]) for side in _split(left[start:end])]
        found = tuple(dict.fromkeys(side for side in sides if side))[:_MOST]
        left[start:end] = [Part(found[0] if len(found) == 1 else Query(either=(found,) if found else ()))]
    return (part.asks for part in left)


def _first_join(parts: Sequence[Part]) -> int | None:
    """The place of the first "or" that joins something; the others are words."""
    for place, part in enumerate(parts):
        if not part.joins:
            continue
        before, behind = _side(parts, place, -1), _side(parts, place, 1)
        short = len(parts) <= _LONGEST_LINE and max(len(before), len(behind)) <= _LONGEST_SIDE
        if before and behind and (part.surely or short):
            return place
    return None


def _side(parts: Sequence[Part], place: int, step: int) -> list[int]:
    """The places of what an "or" joins: one filter or phrase, or all the words up to another part."""
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


def _alternatives(parts: Sequence[Part], place: int) -> tuple[int, int]:
    """From where to where a chain of alternatives goes."""
    start, end = min(_side(parts, place, -1)), place
    while end < len(parts) and parts[end].joins and (behind := _side(parts, end, 1)):
        end = max(behind) + 1
    return start, end


def _split(parts: Sequence[Part]) -> Iterator[list[Part]]:
    side: list[Part] = []
    for part in parts:
        if part.joins:
            yield side
            side = []
        else:
            side.append(part)
    yield side
