"""Pure: what follows from a failure: try again and when, stop, or leave it to a person."""

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

#: tries in all of what fails by an error of our own: more would only repeat it
FAULT_TRIES = 3
_MINUTE = timedelta(minutes=1)
#: gaps between the tries of one message; the last one goes on. A chat platform that is away is back in minutes.
CHAT_GAPS = tuple(minutes * _MINUTE for minutes in (1, 5, 10, 15))
#: the same for mail: RFC 5321 4.5.4.1 wants half an hour, after tries that come sooner
MAIL_GAPS = tuple(minutes * _MINUTE for minutes in (1, 5, 15, 30))
#: the same where the message may have arrived and the platform drops doubles: it remembers a nonce for some minutes
DOUBT_GAPS = (timedelta(seconds=5), timedelta(seconds=30))


class OnUncertain(StrEnum):
    """What happens where a platform without nonces did not say whether it took a digest."""

    #: a person decides
    ASK = "ask"
    #: it is sent again, and may come twice
    RESEND = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Try again."""

    at: datetime
    reason: str
    code: DeliveryReason
    #: counts as one of the tries
    failed: bool = False
    #: the part may have arrived
    sent: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """Do not try again."""

    state: DeliveryState
    reason: str
    code: DeliveryReason


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How the deliveries of a surface are tried again.

    No try is planned before now or after the deadline, and the gaps between tries never shrink.
    """

    #: the last one is repeated
    gaps: tuple[timedelta, ...] = CHAT_GAPS
    #: what the surface asks us to wait is its own guess, and grows like the gaps; else the platform's word is obeyed
    growing_waits: bool = False
    #: the platform drops doubles by nonce
    nonced: bool = False
    #: the platform can be asked later whether a message is there
    readable: bool = False
    on_uncertain: OnUncertain = OnUncertain.ASK

    def after(self, error: DeliveryError, *, failures: int, now: datetime, deadline: datetime) -> Verdict:
        """Return what to do after a message was not taken, or may have been; `failures` were counted before."""
        reason = readable(error.reason)
        if error.moved_to not in (None, error.chat):
            if failures + 1 < FAULT_TRIES:
                return Moved(error.moved_to, reason)
            # two chats that each claim to have become the other would go on for ever
            return End(DeliveryState.FAILED, _counted(reason, failures), DeliveryReason.MOVED)
        if error.permanent:
            return Refused(reason)
        if error.retry_after is not None:
            return self._waited(error.retry_after, reason, failures, now, deadline)
        if error.ambiguous:
            return self._doubtful(reason, failures, now, deadline)
        return self._again(reason, failures, now, deadline, DeliveryReason.REFUSED)

    def after_fault(self, reason: str, *, failures: int, now: datetime, deadline: datetime) -> Verdict:
        """Return what to do after an error of our own, before anything was sent."""
        if failures + 1 >= FAULT_TRIES:
            return End(DeliveryState.FAILED, _counted(reason, failures), DeliveryReason.FAULT)
        return self._again(reason, failures, now, deadline, DeliveryReason.FAULT)

    def _waited(self, wait: timedelta, reason: str, failures: int, now: datetime, deadline: datetime) -> Verdict:
        code = DeliveryReason.PLATFORM_WAIT
        at = now + (max(wait, _gap(self.gaps, failures)) if self.growing_waits else max(wait, timedelta(0)))
        if at > deadline:
            return End(DeliveryState.FAILED, f"{reason}; that is longer than a digest may be late", code)
        return Retry(at=at, reason=reason, code=code, failed=self.growing_waits)

    def _again(
        self,
        reason: str,
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
            return End(state, _counted(reason, failures), code)
        return Retry(at=at, reason=reason, code=code, failed=True)

    def _doubtful(self, reason: str, failures: int, now: datetime, deadline: datetime) -> Verdict:
        code = DeliveryReason.UNANSWERED
        if not self.nonced:
            if self.on_uncertain is OnUncertain.ASK:
                return End(DeliveryState.UNCERTAIN, reason, code)
            return self._again(reason, failures, now, deadline, code, doubt=True)
        gaps = (*DOUBT_GAPS, *self.gaps) if self.readable else DOUBT_GAPS
        at = now + _gap(gaps, failures)
        if at > deadline or (failures >= len(DOUBT_GAPS) and not self.readable):
            return End(DeliveryState.UNCERTAIN, reason, code)
        return Retry(at=at, reason=reason, code=code, failed=True, sent=True)


def policy_of(surface: Surface, on_uncertain: OnUncertain) -> RetryPolicy:
    """The one of a surface."""
    by_mail = isinstance(surface, MailSurface)
    return RetryPolicy(
        gaps=MAIL_GAPS if by_mail else CHAT_GAPS,
        growing_waits=by_mail,
        nonced=surface.nonced,
        readable=isinstance(surface, DeliveryLookup),
        on_uncertain=on_uncertain,
    )


def _gap(gaps: tuple[timedelta, ...], failures: int) -> timedelta:
    return gaps[min(failures, len(gaps) - 1)]


def _counted(reason: str, failures: int) -> str:
    tries = failures + 1
    return f"{reason} (tried {tries} times)" if tries > 1 else reason
