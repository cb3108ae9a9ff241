"""Data types of the schedule parser: parts of a schedule, and the context of a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TypeAlias

from bot.domain.i18n import Message
from bot.domain.schedule.rule import Period


@dataclass(frozen=True, slots=True)
class At:
    """A time of day."""

    time: time


@dataclass(frozen=True, slots=True)
class In:
    """A time zone by IANA name; empty for "local time", the chat's own zone."""

    zone: str
    #: time zones of other places with the same name, each with the place's name
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """A part of the day, used as the time if no other is given; `every` means every day."""

    time: time
    every: bool = False


@dataclass(frozen=True, slots=True)
class On:
    """Weekdays."""

    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Off:
    """Weekdays without a digest: "except sunday"."""

    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Every:
    """A period: "weekly"."""

    period: Period


@dataclass(frozen=True, slots=True)
class OnMonthDay:
    """A day of the month."""

    number: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """A phrase about time that is not supported."""

    #: position of the first word concerned
    about: int
    #: the message, with an alternative; its field `words` is the phrase as typed, which is added later
    verdict: Message


Piece: TypeAlias = At | PartOfDay | In | On | Off | Every | OnMonthDay | Complaint


@dataclass(frozen=True, slots=True)
class Parsed:
    """A part of a schedule and the position after it."""

    piece: Piece
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordContext:
    """The context before a word, which decides how it is parsed."""

    #: the previous word if it is not part of the schedule; normalized
    before: str = ""
    #: whether any earlier words belong to the topic
    topic: bool = False
    #: whether a time zone was given earlier
    placed: bool = False
    #: whether only parts of the schedule lie between here and a time of day
    after_time: bool = False
    #: the same for any part of the schedule
    after_piece: bool = False
    #: the same for a period: "weekly", "on announce"
    after_period: bool = False
    #: the same for "on announce"
    after_announce: bool = False
    #: the same for "monthly"
    after_month: bool = False
