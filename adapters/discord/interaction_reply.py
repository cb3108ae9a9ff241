"""Replies to one interaction: the callback (within 3 s) and its follow-ups (within 15 min), each with retries up to
its deadline.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import InitVar, dataclass, field, replace
from enum import Enum, IntEnum, auto

from adapters.discord.api_errors import DELETED, answer_failure, form_refused
from adapters.discord.components import Json
from adapters.discord.interactions import IncomingInteraction
from adapters.discord.rest import ApiError, Rest
from adapters.discord.schema import OriginalMessage
from adapters.kit.retry import Failed, Failure, Impact, RetryPolicy, retry_answer

#: for the callback: with 3 s in all, a hanging attempt must leave time for another one
_CALLBACK = RetryPolicy(first=0.1, factor=2.0, longest=0.5, try_seconds=1.0)
_FOLLOW_UP = RetryPolicy(first=0.25, factor=2.0, longest=20.0)


class CallbackType(IntEnum):
    """Callback types as Discord numbers them."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


class Acknowledged(Enum):
    """The result of a callback."""

    YES = auto()
    #: acknowledged earlier: by another process, or before a restart
    BEFORE = auto()
    #: a deferral that may have arrived; the follow-up will tell
    PERHAPS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Deadlines in seconds, from when an interaction is received. Discord allows 3 s for the callback and 15 min for
    follow-ups.
    """

    #: an answer not ready by then is deferred, and optional work is dropped
    promise_after: float = 1.2
    autocomplete_within: float = 2.0
    first_within: float = 2.7
    follow_within: float = 14.5 * 60
    #: for asking whether an interaction that is taken up was acknowledged
    look_up_within: float = 30.0
    #: grace period for running work at shutdown
    finish_within: float = 3.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class AnswerFailed(Exception):
    """An answer could not be given; the message is the reason for the log."""

    def __init__(self, reason: str, code: int = 0) -> None:
        super().__init__(reason)
        #: Discord's code of the last API error; 0 if there was none
        self.code = code


class NotAcknowledged(Exception):
    """There is nothing to answer to: the person was shown that the interaction failed. The message is the reason."""


@dataclass(slots=True, kw_only=True)
class InteractionReply:
    """The callback and follow-ups of one interaction."""

    rest: Rest
    incoming: IncomingInteraction
    deadlines: Deadlines
    #: when the interaction was received, by the clock of `deadlines`
    received_at: float = field(init=False)
    #: the age of an interaction that is taken up, in seconds
    age: InitVar[float] = 0.0
    #: the callback that was made, if any
    callback: CallbackType | None = field(default=None, init=False)
    #: whether the deferred answer is visible to everybody
    public: bool = field(default=False, init=False)

    def __post_init__(self, age: float) -> None:
        self.received_at = self.deadlines.clock() - age

    @property
    def alive(self) -> bool:
        """Whether the interaction's token is still valid."""
        return self.deadlines.clock() < self.received_at + self.deadlines.follow_within

    @property
    def remaining(self) -> float:
        """Return the seconds until the answer should be deferred."""
        return max(0.0, self.received_at + self.deadlines.promise_after - self.deadlines.clock())

    async def call_back(self, kind: CallbackType, data: Json) -> Acknowledged:
        """Make the callback. Raise `AnswerFailed` if it certainly failed, and `ApiError` if its form was refused."""
        body: Json = {"type": int(kind), "data": data} if data else {"type": int(kind)}
        path = f"/interactions/{self.incoming.id}/{self.incoming.token}/callback"
        # repeating a callback is harmless: Discord reports that it is acknowledged already
        outcome = await retry_answer(
            lambda: self.rest.tell("POST", path, body),
            answer_failure,
            deadline=self.received_at + self.deadlines.first_within,
            policy=_CALLBACK,
            repeatable=True,
            clock=self.deadlines.clock,
            sleep=self.deadlines.sleep,
        )
        known = Acknowledged.YES
        if isinstance(outcome, Failed):
            known = _known(outcome)
            if known is Acknowledged.PERHAPS and kind not in (CallbackType.DEFER, CallbackType.DEFER_UPDATE):
                raise _given_up(outcome)
        self.callback = kind
        self.public = kind is CallbackType.DEFER and not data and not self.incoming.direct
        return known

    async def edit(self, body: Json) -> None:
        """Edit the first answer, or the message whose button was pressed. Raise as `call_back`."""
        await self.retry(lambda: self.rest.tell("PATCH", self.original, body))

    async def delete(self) -> None:
        """Delete the first answer. Raise as `call_back`."""
        await self.retry(lambda: self.rest.tell("DELETE", self.original, None))

    async def follow_up(self, body: Json) -> None:
        """Send a follow-up message. Raise as `call_back`.

        Discord keeps no nonces for follow-ups: after a reset or a 5xx a duplicate is possible, and preferred to no
        answer.
        """
        path = f"/webhooks/{self.incoming.application}/{self.incoming.token}"
        await self.retry(lambda: self.rest.tell("POST", path, body))

    async def original_message(self) -> OriginalMessage | None:
        """Look up the first answer, or the message whose button was pressed; None if it was deleted.

        Raise `NotAcknowledged` if no process has made the callback or the token has expired, and `AnswerFailed` if
        Discord does not respond for a while.
        """
        clock = self.deadlines.clock
        outcome = await retry_answer(
            lambda: self.rest.look_up(self.original, OriginalMessage),
            _look_up_failure,
            deadline=clock() + self.deadlines.look_up_within,
            policy=_FOLLOW_UP,
            repeatable=True,
            clock=clock,
            sleep=self.deadlines.sleep,
        )
        if not isinstance(outcome, Failed):
            return outcome.value
        if not outcome.failure.permanent:
            raise _given_up(outcome)
        if isinstance(outcome.error, ApiError) and outcome.error.trouble.code == DELETED:
            return None
        raise NotAcknowledged(outcome.failure.reason)

    async def retry(self, call: Callable[[], Awaitable[None]]) -> None:
        """Retry a call until the interaction's token expires. Raise as `call_back`."""
        outcome = await retry_answer(
            call,
            answer_failure,
            deadline=self.received_at + self.deadlines.follow_within,
            policy=_FOLLOW_UP,
            repeatable=True,
            clock=self.deadlines.clock,
            sleep=self.deadlines.sleep,
        )
        if isinstance(outcome, Failed):
            raise _given_up(outcome)

    @property
    def original(self) -> str:
        """The path of the first answer, or of the message whose button was pressed."""
        return f"/webhooks/{self.incoming.application}/{self.incoming.token}/messages/@original"


def _look_up_failure(error: Exception) -> Failure | None:
    """As `answer_failure`, except that every refusal is permanent: the process that made the callback has ended."""
    failure = answer_failure(error)
    refused = isinstance(error, ApiError) and error.status < 500 and error.status != 429
    return replace(failure, permanent=True) if failure is not None and refused else failure


def _known(failed: Failed) -> Acknowledged:
    if failed.failure.impact is Impact.ALREADY_DONE:
        return Acknowledged.BEFORE
    if failed.impact is Impact.POSSIBLE and not failed.failure.permanent:
        return Acknowledged.PERHAPS
    raise _given_up(failed)


def _given_up(failed: Failed) -> Exception:
    error = failed.error
    if isinstance(error, ApiError) and form_refused(error):
        return error
    code = error.trouble.code if isinstance(error, ApiError) else 0
    return AnswerFailed(f"{failed.failure.reason}, tried {failed.tries} times", code)
