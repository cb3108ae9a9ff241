"""Retry policy: whether and when to try a delivery again after a failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.papers import DeliveryReason
from bot.domain.ports import DeliveryLookup, MailSurface, Surface
from bot.domain.requests import Chat
from bot.services.delivery.reasons import readable

#: attempts after internal errors, which usually repeat
FAULT_TRIES = 3
_MINUTE = timedelta(minutes=1)
#: gaps between attempts; the last one is repeated. Chat platforms recover within minutes.
CHAT_GAPS = tuple(minutes * _MINUTE for minutes in (1, 5, 10, 15))
#: the same for mail: RFC 5321 4.5.4.1 asks for at least half an hour after the first attempts
MAIL_GAPS = tuple(minutes * _MINUTE for minutes in (1, 5, 15, 30))
#: the same if the message may have arrived and the platform drops duplicates: it remembers a nonce for some minutes
DOUBT_GAPS = (timedelta(seconds=5), timedelta(seconds=30))


class OnUncertain(StrEnum):
    """What happens if a platform without nonces did not confirm a digest."""

    #: a person decides
    ASK = "ask"
    #: it is sent again, and may come twice
    RESEND = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Try again."""

    at: datetime
    code: DeliveryReason
    #: what the platform said, or the reference of an error in the log; empty if the code says it all
    detail: str = ""
    #: counts as one of the tries
    failed: bool = False
    #: the part may have arrived
    sent: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """Do not try again."""

    state: DeliveryState
    code: DeliveryReason
    #: as in `Retry`, or why the digest is empty
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Do not try again, and pause the subscription: the platform will never accept it."""

    detail: str
    code: DeliveryReason = DeliveryReason.FORBIDDEN
    #: the bot is not in the chat any more
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Try again at once, where the chat is now."""

    to: Chat
    detail: str
    code: DeliveryReason = DeliveryReason.MOVED


Verdict = Retry | End | Refused | Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRetryPolicy:
    """How the deliveries of a surface are tried again.

    No try is planned before now or after the deadline, and the gaps between tries never shrink.
    """

    #: the last one is repeated
    gaps: tuple[timedelta, ...] = CHAT_GAPS
    #: `retry_after` is the surface's own guess and grows like the gaps; otherwise it is what the platform requires
    growing_waits: bool = False
    #: the platform drops duplicates by nonce
    nonced: bool = False
    #: messages can be looked up on the platform later
    readable: bool = False
    on_uncertain: OnUncertain = OnUncertain.ASK

    def after(self, error: DeliveryError, *, failures: int, now: datetime, deadline: datetime) -> Verdict:
        """Return what to do after a message was refused or not confirmed, following `failures` earlier failures."""
        detail = readable(error.reason)
        if error.unneeded:
            return End(DeliveryState.SKIPPED, DeliveryReason.EMPTY)
        if error.moved_to not in (None, error.chat):
            if failures + 1 < FAULT_TRIES:
                return Moved(error.moved_to, detail)
            # two chats whose new ids point to each other would never end
            return End(DeliveryState.FAILED, DeliveryReason.MOVED, detail)
        if error.permanent:
            return Refused(detail, removed=error.removed)
        if error.retry_after is not None:
            return self._waited(error.retry_after, detail, failures, now, deadline)
        if error.ambiguous:
            return self._doubtful(detail, failures, now, deadline)
        return self._again(detail, failures, now, deadline, DeliveryReason.REFUSED)

    def after_fault(self, reference: str, *, failures: int, now: datetime, deadline: datetime) -> Verdict:
        """Return what to do after an internal error before anything was sent; `reference` is in the log line."""
        if failures + 1 >= FAULT_TRIES:
            return End(DeliveryState.FAILED, DeliveryReason.FAULT, reference)
        return self._again(reference, failures, now, deadline, DeliveryReason.FAULT)

    def _waited(self, wait: timedelta, detail: str, failures: int, now: datetime, deadline: datetime) -> Verdict:
        code = DeliveryReason.PLATFORM_WAIT
        at = now + (max(wait, _gap(self.gaps, failures)) if self.growing_waits else max(wait, timedelta(0)))
        if at > deadline:
            return End(DeliveryState.FAILED, code, detail)
        return Retry(at=at, code=code, detail=detail, failed=self.growing_waits)

    def _again(
        self,
        detail: str,
        failures: int,
        now: datetime,
        deadline: datetime,
        code: DeliveryReason,
        *,
        doubt: bool = False,
    ) -> Verdict:
        at = now + _gap(self.gaps, failures)
        if at > deadline:
            state = DeliveryState.UNCERTAIN if doubt else DeliveryState.FAILED
            return End(state, code, detail)
        return Retry(at=at, code=code, detail=detail, failed=True)

    def _doubtful(self, detail: str, failures: int, now: datetime, deadline: datetime) -> Verdict:
        code = DeliveryReason.UNANSWERED
        if not self.nonced:
            if self.on_uncertain is OnUncertain.ASK:
                return End(DeliveryState.UNCERTAIN, code, detail)
            return self._again(detail, failures, now, deadline, code, doubt=True)
        gaps = (*DOUBT_GAPS, *self.gaps) if self.readable else DOUBT_GAPS
        at = now + _gap(gaps, failures)
        if at > deadline or (failures >= len(DOUBT_GAPS) and not self.readable):
            return End(DeliveryState.UNCERTAIN, code, detail)
        return Retry(at=at, code=code, detail=detail, failed=True, sent=True)


def policy_of(surface: Surface, on_uncertain: OnUncertain) -> DeliveryRetryPolicy:
    """Return the policy of a surface."""
    by_mail = isinstance(surface, MailSurface)
    return DeliveryRetryPolicy(
        gaps=MAIL_GAPS if by_mail else CHAT_GAPS,
        growing_waits=by_mail,
        nonced=surface.nonced,
        readable=isinstance(surface, DeliveryLookup),
        on_uncertain=on_uncertain,
    )


def _gap(gaps: tuple[timedelta, ...], failures: int) -> timedelta:
    return gaps[min(failures, len(gaps) - 1)]
