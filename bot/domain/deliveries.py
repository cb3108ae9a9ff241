"""Deliveries: rows of the ledger, their states, claims and parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat


class DeliveryState(StrEnum):
    """State of a delivery."""

    #: waiting for its time, or for a retry
    PLANNED = "planned"
    #: claimed by a worker that has not sent anything yet
    CLAIMED = "claimed"
    #: a worker may have sent some of it
    SENDING = "sending"
    #: accepted completely by the platform
    SENT = "sent"
    #: deliberately not sent; the note gives the reason
    SKIPPED = "skipped"
    #: not sent and not retried; the note gives the reason
    FAILED = "failed"
    #: unknown whether it arrived; a person decides whether to send it again
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the ledger; unique for a subscription and local date."""

    id: int
    subscription_id: int
    chat: Chat
    #: the date in the subscription's time zone that it counts for
    local_date: date
    #: when the schedule called for it
    due_at: datetime
    state: DeliveryState
    #: planned long after it was due, because no worker was running then
    late: bool = False
    #: not claimable before this moment: the time it is planned for, or the end of a worker's lease
    visible_at: datetime
    #: number of claims
    attempts: int = 0
    #: number of attempts that ended with a temporary failure
    failures: int = 0
    #: the worker that has or last had the claim
    owner: str = ""
    #: reason of the state, as a clause; may be empty
    note: str = ""
    #: id of its digest; empty until it is composed
    digest_id: str = ""
    #: moment as of which the digest was composed, so that it can be composed again
    composed_at: datetime | None = None
    changed_at: datetime
    reason: DeliveryReason = DeliveryReason.NONE
    #: retried until this moment; None in rows of older versions
    expires_at: datetime | None = None
    #: when to tell the chat that it may be missing; None if not planned or already done
    notice_at: datetime | None = None

    @property
    def attempt(self) -> Attempt:
        """The current claim."""
        return Attempt(self.id, self.owner, self.attempts)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A worker's claim on a delivery. Writes under a claim that has been superseded are rejected."""

    delivery_id: int
    owner: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPart:
    """One message of a delivery."""

    delivery_id: int
    #: starting at 0
    part: int
    #: idempotency key: the same for every attempt, so that a platform can drop duplicates
    nonce: str
    #: PLANNED, SENDING or SENT
    state: DeliveryState
    #: the platform's message id; empty until sent
    message_id: str = ""
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChange:
    """A state transition of a delivery."""

    delivery_id: int
    at: datetime
    state: DeliveryState
    #: a clause; may be empty
    reason: str = ""
