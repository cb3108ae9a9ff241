"""A tokenized line, with the positions at which phrases may end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.query.model import Query
from bot.query.tokens import Token

#: words that start a new clause of a question
_STARTERS = frozenset(
    """
    since after before until till from between in during on about regarding by at with without and or but not excluding
    except other published released submitted written top sorted ordered sort newest latest last past this most more
    over trending
    please thanks that which who where having has min minimum et today yesterday limit for
    """.split()
)


@dataclass(frozen=True, slots=True)
class Match:
    """The query that a part of the line stands for, and the position after it."""

    end: int
    asks: Query


@dataclass(frozen=True, slots=True)
class Line:
    """Tokens, and the day on which they were typed."""

    tokens: Sequence[Token]
    today: date
    #: the word of each token that may be part of a sentence or of a field's value, else ""
    words: tuple[str, ...] = field(init=False)
    #: number of words that may belong to a sentence
    sentence: int = field(init=False)

    def __post_init__(self) -> None:
        said = (token.word if token.plain or (token.value and not token.quoted) else "" for token in self.tokens)
        object.__setattr__(self, "words", tuple(said))
        object.__setattr__(self, "sentence", sum(token.plain for token in self.tokens))

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def has_subtitle(self) -> bool:
        """Whether a colon occurs within the line, as in titles: "Fast, not fancy: rethinking ..."."""
        return any(token.plain and token.typed.endswith(":") for token in self.tokens[:-1])

    def word(self, place: int) -> str:
        """Return the normalized word at a position, or "" outside the line and for other tokens."""
        return word_at(self.words, place)

    def closed(self, place: int) -> bool:
        """Return whether the line, a sentence or a clause ends directly before a position."""
        return place <= 0 or place >= len(self.tokens) or self.tokens[place - 1].closes or not self.tokens[place].plain

    def ends(self, place: int) -> bool:
        """Return whether a clause may end before a position: it is closed, or the next word starts another clause."""
        return self.closed(place) or self.words[place] in _STARTERS

    def typed(self, first: int, end: int) -> str:
        """Return the text as typed between two positions."""
        parts = (f"{token.typed}{'' if token.field else ' '}" for token in self.tokens[first:end])
        return "".join(parts).strip()

    def ignoring(self, first: int, end: int) -> Match:
        """Return a result that ignores the text between two positions."""
        return Match(end, Query(ignored=(self.typed(first, end),)))


def word_at(words: Sequence[str], place: int) -> str:
    """Return the word at a position, or "" outside the line."""
    return words[place] if 0 <= place < len(words) else ""
