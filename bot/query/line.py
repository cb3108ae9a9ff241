"""A line as its readers see it: at each place, what is said there and where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.query.asked import Query
from bot.query.tokens import Token

#: words that begin another part of a question
_STARTERS = frozenset(
    """
    since after before until till from between in during on about regarding by at with without and or but not excluding
    except other published released submitted written top sorted ordered sort newest latest last past this most more
    over trending
    please thanks that which who where having has min minimum et today yesterday limit for
    """.split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a part of the line asks for, and the place behind it."""

    end: int
    asks: Query


@dataclass(frozen=True, slots=True)
class Line:
    """Tokens, and the day on which they were typed."""

    tokens: Sequence[Token]
    today: date
    #: of each token that can be part of a sentence or of a field's value; empty for the others
    words: tuple[str, ...] = field(init=False)
    #: how many words there are that may belong to a sentence
    sentence: int = field(init=False)

    def __post_init__(self) -> None:
        said = (token.word if token.plain or (token.value and not token.quoted) else "" for token in self.tokens)
        object.__setattr__(self, "words", tuple(said))
        object.__setattr__(self, "sentence", sum(token.plain for token in self.tokens))

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def has_subtitle(self) -> bool:
        """Whether a colon stands within the line, as in titles: "Fast, not fancy: rethinking ..."."""
        return any(token.plain and token.typed.endswith(":") for token in self.tokens[:-1])

    def word(self, place: int) -> str:
        """The folded word at a place; empty outside, and where something else stands."""
        return word_at(self.words, place)

    def closed(self, place: int) -> bool:
        """Whether the line, a sentence or a part of one ends directly before a place."""
        return place <= 0 or place >= len(self.tokens) or self.tokens[place - 1].closes or not self.tokens[place].plain

    def ends(self, place: int) -> bool:
        """Whether something new may begin at a place: a sentence is over, or another part of it begins."""
        return self.closed(place) or self.words[place] in _STARTERS

    def typed(self, first: int, end: int) -> str:
        """What was typed, from one place to another."""
        parts = (f"{token.typed}{'' if token.field else ' '}" for token in self.tokens[first:end])
        return "".join(parts).strip()

    def ignoring(self, first: int, end: int) -> Found:
        """Nothing is asked for by what was typed there."""
        return Found(end, Query(ignored=(self.typed(first, end),)))


def word_at(words: Sequence[str], place: int) -> str:
    """The word at a place; empty outside."""
    return words[place] if 0 <= place < len(words) else ""
