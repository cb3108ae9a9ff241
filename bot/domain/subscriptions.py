"""Subscriptions: what a chat gets, when, and why one is paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.papers import ListRange
from bot.domain.requests import Chat
from bot.domain.schedule.rule import Period, Schedule


class EmptyDay(StrEnum):
    """What a chat gets on a day that brings nothing new for it."""

    #: one line that says so
    NOTE = "note"
    #: the best of the week that it has not had
    BEST = "best"
    #: silence; the ledger has a row all the same
    NOTHING = "nothing"


class Pause(StrEnum):
    """Why a subscription is paused."""

    #: a person who may manage the chat paused it
    PERSON = "person"
    #: the platform takes nothing for the chat any more: blocked, removed, deleted
    PLATFORM = "platform"
    #: mail to the address came back
    BOUNCE = "bounce"
    #: the owner of the address reported a mail as spam
    COMPLAINT = "complaint"
    #: what is stored of it cannot be read: an unknown time zone, an impossible schedule
    UNREADABLE = "unreadable"
    #: a platform's reason that an earlier version wrote in words
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat's standing wish."""

    #: given by the store; 0 as long as it is not there
    id: int = 0
    chat: Chat
    #: as a person could have typed it: "agents -survey"; empty for everything
    query: str = ""
    schedule: Schedule
    #: papers in a digest at most
    size: int = 10
    #: votes that a paper must have
    threshold: int = 0
    empty: EmptyDay = EmptyDay.NOTE
    #: days after which a paper may come again; None for never
    repeat_days: int | None = None
    #: without a sound on the readers' devices
    silent: bool = False
    #: a role to mention, as the surface writes it; empty for nobody
    role: str = ""
    #: when the next digest is due; None where none is, as it is paused
    next_at: datetime | None = None
    #: why nothing is sent; None while something is
    paused: Pause | None = None
    #: more about the reason, in a clause, shown to people; may be empty
    paused_detail: str = ""
    created_at: datetime

    @property
    def window(self) -> ListRange:
        """The lists that one digest covers: those since the one before it."""
        match self.schedule.period:
            case Period.MONTH:
                return ListRange.MONTH
            case Period.WEEK if len(self.schedule.days) == 1:
                return ListRange.WEEK
            case _:
                return ListRange.DAY
