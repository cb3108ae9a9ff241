"""Deliveries: the rows of the ledger and their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    #: waits for its moment, for the first time or after a failure
    PLANNED = "planned"
    #: a worker has it and has sent nothing of it yet
    CLAIMED = "claimed"
    #: bytes of it may have left
    SENDING = "sending"
    #: the platform has all of it
    SENT = "sent"
    #: not sent, on purpose; its note says why
    SKIPPED = "skipped"
    #: not sent, and not tried again; its note says why
    FAILED = "failed"
    #: nobody can know whether it arrived; a person decides whether to send it again
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the ledger: one for each subscription and local date."""

    id: int
    subscription_id: int
    chat: Chat
    #: the date that it counts for, where the reader lives
    local_date: date
    #: when the schedule wanted it
    due_at: datetime
    state: DeliveryState
    #: it was planned long after it was due, as nobody worked at that hour
    late: bool = False
    #: before this moment nobody takes it: it is planned for then, or a worker's lease ends then
    visible_at: datetime
    #: how often a worker has taken it
    attempts: int = 0
    #: how many of these ended with a failure that may pass
    failures: int = 0
    #: the worker that has it, or had it last
    owner: str = ""
    #: the reason of its state, in a clause; empty where there is nothing to say
    note: str = ""
    #: the digest that it brought; empty before it was composed
    digest_id: str = ""
    #: the moment as of which it was composed, so that it can be composed again
    composed_at: datetime | None = None
    changed_at: datetime
    reason: DeliveryReason = DeliveryReason.NONE
    #: until when it is tried; None in rows of older versions
    expires_at: datetime | None = None
    #: when the chat is told that it may be missing; None where it is not, or was told
    notice_at: datetime | None = None

    @property
    def attempt(self) -> Attempt:
        """The present claim."""
        return Attempt(self.id, self.owner, self.attempts)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A worker's claim of a delivery. Who has lost it to another one can write nothing more."""

    delivery_id: int
    owner: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPart:
    """One message of a delivery."""

    delivery_id: int
    #: from 0
    part: int
    #: the same for every try, so that a platform can drop a double
    nonce: str
    #: planned, sending or sent
    state: DeliveryState
    #: the platform's id; empty before it is sent
    message_id: str = ""
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChange:
    """A delivery came into a state."""

    delivery_id: int
    at: datetime
    state: DeliveryState
    #: a clause; empty where there is nothing to say
    reason: str = ""
