"""Taste: opinions of a person or a chat about papers and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Strength(StrEnum):
    """How much taste changes the order of papers."""

    #: not at all
    OFF = "off"
    #: as much as the votes of everybody
    MILD = "mild"
    #: five times as much as the votes of everybody
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One paper that one person liked or disliked."""

    #: the platform's id of the person; used to limit one person's share, never shown
    person: str
    paper_id: str
    #: 1 for a like, -1 for a dislike
    value: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A word that a person or chat wants more or less of."""

    #: as typed
    word: str
    #: 1 for more, -1 for less
    value: int
    #: how often it was said
    times: int = 1


@dataclass(frozen=True, slots=True)
class TasteSettings:
    """What was said about taste itself, apart from votes."""

    #: None if nothing was said: the default
    strength: Strength | None = None
    words: tuple[SaidWord, ...] = ()
    #: opinions up to this moment are not used any more; None if taste was never reset
    reset_at: datetime | None = None
