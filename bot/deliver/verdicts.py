"""Pure: what follows from a failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import DeliveryError
from bot.models import Chat, DeliveryState

#: tries in all, where trying again may be of use
TRIES = 3
#: the waits between them
_WAITS = (timedelta(minutes=1), timedelta(minutes=5))
#: the same where the message may have arrived: a platform remembers its nonce for some minutes only
_SHORT_WAITS = (timedelta(seconds=5), timedelta(seconds=30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Try again."""

    at: datetime
    reason: str
    #: counts as one of the tries
    failed: bool = False
    #: the part may have arrived
    sent: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """Do not try again."""

    state: DeliveryState
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Do not try again, and pause the subscription: it would end the same every time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Try again at once, where the chat is now."""

    to: Chat
    reason: str


Verdict = Retry | End | Refused | Moved


def verdict(error: DeliveryError, *, nonced: bool, failures: int, now: datetime) -> Verdict:
    """What to do after a message was not taken, or may have been; `failures` is how many there were before."""
    if error.moved_to not in (None, error.chat) and failures + 1 < TRIES:
        return Moved(error.moved_to, error.reason)
    if error.permanent:
        return Refused(error.reason)
    if error.retry_after is not None:
        return Retry(at=now + error.retry_after, reason=error.reason)
    if error.ambiguous:
        return _doubtful(error.reason, nonced, failures, now)
    return failed(error.reason, failures, now)


def failed(reason: str, failures: int, now: datetime) -> Verdict:
    """Nothing was sent; it is tried three times."""
    if failures + 1 >= TRIES:
        return End(DeliveryState.FAILED, f"{reason} (tried {TRIES} times)")
    return Retry(at=now + _WAITS[failures], reason=reason, failed=True)


def fault_of_ours(fault: str, failures: int, now: datetime) -> Verdict:
    """What to do where a fault of ours kept a message from being sent."""
    return failed(f"our fault: {fault}", failures, now)


def _doubtful(reason: str, nonced: bool, failures: int, now: datetime) -> Verdict:
    if not nonced or failures + 1 >= TRIES:
        return End(DeliveryState.UNCERTAIN, reason)
    return Retry(at=now + _SHORT_WAITS[failures], reason=reason, failed=True, sent=True)
