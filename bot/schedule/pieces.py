"""What a few words may say about a schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TypeAlias

from bot.schedule.rule import Period


@dataclass(frozen=True, slots=True)
class At:
    """A time of day."""

    time: time


@dataclass(frozen=True, slots=True)
class In:
    """A time zone, by its IANA name; empty for "local time", which says that it is the chat's own."""

    zone: str
    #: zones of other places of the same name, each with that place in words
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """A part of the day, which is a time only where no other is named; every day where `every`."""

    time: time
    every: bool = False


@dataclass(frozen=True, slots=True)
class On:
    """Weekdays."""

    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Every:
    """How often, in one word: "weekly"."""

    period: Period


@dataclass(frozen=True, slots=True)
class OnMonthDay:
    """A day of the month."""

    number: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """Words about time that cannot be met."""

    #: the place of the first word that it is about
    about: int
    #: what a sentence says of these words, with what to write instead: "is no time of day; did you mean 23:00?"
    verdict: str


Piece: TypeAlias = At | Around | In | On | Every | OnMonthDay | Complaint


@dataclass(frozen=True, slots=True)
class Found:
    """A piece, and the place of the first word behind it."""

    piece: Piece
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What stands before a word, as far as it decides what the word may mean."""

    #: the word directly before, where that is not part of the schedule; folded
    before: str = ""
    #: whether words that are not about the schedule stand anywhere before: the topic
    topic: bool = False
    #: whether a zone was named anywhere before
    placed: bool = False
    #: nothing but words about the schedule lie between here and a time of day
    after_time: bool = False
    #: ... and any piece of the schedule
    after_piece: bool = False
    #: ... and "on announce"
    after_announce: bool = False
    #: ... and "monthly"
    after_month: bool = False
