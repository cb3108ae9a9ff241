"""The calls that answer one interaction: each is made again within the time that Discord gives for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto

from adapters.discord.asked import Asked
from adapters.discord.layout import Json
from adapters.discord.refusals import answer_failure, form_refused
from adapters.discord.rest import Refusal, Rest
from adapters.kit.retry import Failed, Impact, RetryPolicy, retry_answer

#: of a callback: with three seconds in all, a try that hangs must leave time for another one
_CALLBACK = RetryPolicy(first=0.1, factor=2.0, longest=0.5, try_seconds=1.0)
_LATER = RetryPolicy(first=0.25, factor=2.0, longest=20.0)


class First(IntEnum):
    """Types of callbacks, as Discord numbers them."""

    SAY = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    COMPLETE = 8
    FORM = 9


class Acknowledged(Enum):
    """What is known of a callback."""

    YES = auto()
    #: the interaction had been acknowledged before: by another process, or before a restart
    BEFORE = auto()
    #: a promise that may have arrived; what follows tells
    PERHAPS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds from when an interaction is heard. Discord allows 3 for the callback, and 15 minutes for what follows."""

    #: what is not ready by then is promised, and what only helps is left out
    promise_after: float = 1.2
    suggest_within: float = 2.0
    first_within: float = 2.7
    follow_within: float = 14.5 * 60
    #: what is under way when the process ends
    finish_within: float = 3.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class GivenUp(Exception):
    """An answer could not be given; the message says why, for the log."""

    def __init__(self, reason: str, code: int = 0) -> None:
        super().__init__(reason)
        #: Discord's code of the last refusal; 0 where there was none
        self.code = code


@dataclass(slots=True, kw_only=True)
class Reply:
    """The right to answer one interaction."""

    rest: Rest
    asked: Asked
    timing: Timing
    #: when it was heard, by the clock of `timing`
    heard: float = field(init=False)
    #: the callback that was made; None before
    made: First | None = field(default=None, init=False)
    #: what was promised with it is for everybody to see
    public: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.heard = self.timing.clock()

    @property
    def alive(self) -> bool:
        """Whether anything can still be said."""
        return self.timing.clock() < self.heard + self.timing.follow_within

    @property
    def remaining(self) -> float:
        """Seconds until the first answer should be on its way as a promise."""
        return max(0.0, self.heard + self.timing.promise_after - self.timing.clock())

    async def first(self, kind: First, data: Json) -> Acknowledged:
        """Make the callback. Raise `GivenUp` where it certainly failed, and `Refusal` where its form was refused."""
        body: Json = {"type": int(kind), "data": data} if data else {"type": int(kind)}
        path = f"/interactions/{self.asked.id}/{self.asked.token}/callback"
        # a second callback does no harm: Discord answers that there was a first
        outcome = await retry_answer(
            lambda: self.rest.tell("POST", path, body),
            answer_failure,
            deadline=self.heard + self.timing.first_within,
            policy=_CALLBACK,
            repeatable=True,
            clock=self.timing.clock,
            sleep=self.timing.sleep,
        )
        known = Acknowledged.YES
        if isinstance(outcome, Failed):
            known = _known(outcome)
            if known is Acknowledged.PERHAPS and kind not in (First.DEFER, First.DEFER_UPDATE):
                raise _given_up(outcome)
        self.made = kind
        self.public = kind is First.DEFER and not data and not self.asked.alone
        return known

    async def edit(self, body: Json) -> None:
        """Put a body in the place of the first answer, or of the message that was pressed. Raise as `first`."""
        await self.later(lambda: self.rest.tell("PATCH", self.original, body))

    async def remove(self) -> None:
        """Take the first answer away. Raise as `first`."""
        await self.later(lambda: self.rest.tell("DELETE", self.original, None))

    async def follow(self, body: Json) -> None:
        """Say one thing more. Raise as `first`.

        Discord keeps no nonces of these: after a reset or a 5xx the same may be said twice, rather than not at all.
        """
        path = f"/webhooks/{self.asked.application}/{self.asked.token}"
        await self.later(lambda: self.rest.tell("POST", path, body))

    async def later(self, call: Callable[[], Awaitable[None]]) -> None:
        """Make a call until it succeeds, as long as the interaction's token lives. Raise as `first`."""
        outcome = await retry_answer(
            call,
            answer_failure,
            deadline=self.heard + self.timing.follow_within,
            policy=_LATER,
            repeatable=True,
            clock=self.timing.clock,
            sleep=self.timing.sleep,
        )
        if isinstance(outcome, Failed):
            raise _given_up(outcome)

    @property
    def original(self) -> str:
        """The path of the first answer, or of the message that was pressed."""
        return f"/webhooks/{self.asked.application}/{self.asked.token}/messages/@original"


def _known(failed: Failed) -> Acknowledged:
    if failed.failure.impact is Impact.ALREADY_DONE:
        return Acknowledged.BEFORE
    if failed.impact is Impact.POSSIBLE and not failed.failure.permanent:
        return Acknowledged.PERHAPS
    raise _given_up(failed)


def _given_up(failed: Failed) -> Exception:
    error = failed.error
    if isinstance(error, Refusal) and form_refused(error):
        return error
    code = error.trouble.code if isinstance(error, Refusal) else 0
    return GivenUp(f"{failed.failure.reason}, tried {failed.tries} times", code)
