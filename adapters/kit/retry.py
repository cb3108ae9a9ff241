"""Retry policy for answers to people: whether a failed call is repeated depends on whether it may have had an
effect.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

T = TypeVar("T")


class Impact(Enum):
    """What effect a failed call had."""

    #: certainly none
    NONE = auto()
    #: possibly its full effect: the connection broke before the response was read
    POSSIBLE = auto()
    #: the platform reports that the same call had succeeded earlier
    ALREADY_DONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a call failed."""

    impact: Impact
    #: for the log; contains no secret
    reason: str
    #: the same call would fail again
    permanent: bool = False
    #: seconds that the platform asks to wait; 0 if it does not say
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how soon a call is repeated (exponential back-off)."""

    #: seconds before the second attempt; each later wait is `factor` times as long, up to `longest`
    first: float = 0.5
    factor: float = 2.0
    longest: float = 8.0
    #: time-out of one attempt in seconds; an attempt that timed out may have had its effect
    try_seconds: float | None = None

    def wait(self, tries: int) -> float:
        """Return the seconds to wait after `tries` failed attempts (at least one)."""
        # a power of a float overflows after about a thousand attempts
        return min(self.longest, self.first * self.factor ** min(tries - 1, 64))


@dataclass(frozen=True, slots=True)
class Succeeded(Generic[T]):
    """The call had its effect."""

    #: None if an earlier attempt had the effect and its response was lost
    value: T | None
    tries: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The call was given up."""

    failure: Failure
    error: Exception
    tries: int
    #: whether any attempt may have had an effect
    impact: Impact


Outcome = Succeeded[T] | Failed


class _TryTimedOut(Exception):
    """One attempt timed out."""


async def retry_answer(
    call: Callable[[], Awaitable[T]],
    classify: Callable[[Exception], Failure | None],
    *,
    deadline: float,
    policy: RetryPolicy,
    repeatable: bool = False,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Outcome[T]:
    """Repeat a call until it succeeds, fails permanently, or no further attempt could start before `deadline` (by
    `clock`).

    `classify` maps an exception to a `Failure`; exceptions for which it returns None are raised. A call that may
    have had its effect is repeated only if it is `repeatable`, that is, if a second effect does no harm.
    """
    tries, doubtful = 0, False
    while True:
        tries += 1
        try:
            return Succeeded(await _within(call, policy.try_seconds), tries)
        except Exception as error:
            failure = _classified(error, classify)
            if failure is None:
                raise
            if failure.impact is Impact.ALREADY_DONE and doubtful:
                return Succeeded(None, tries)
            doubtful = doubtful or failure.impact is Impact.POSSIBLE
            wait = failure.retry_after or policy.wait(tries)
            done = failure.permanent or failure.impact is Impact.ALREADY_DONE
            if done or (doubtful and not repeatable) or clock() + wait >= deadline:
                return Failed(failure, error, tries, Impact.POSSIBLE if doubtful else failure.impact)
        await sleep(wait)


async def _within(call: Callable[[], Awaitable[T]], seconds: float | None) -> T:
    try:
        async with asyncio.timeout(seconds) as timeout:
            return await call()
    except TimeoutError:
        if timeout.expired():
            raise _TryTimedOut(f"no answer within {seconds:g} s") from None
        raise


def _classified(error: Exception, classify: Callable[[Exception], Failure | None]) -> Failure | None:
    if isinstance(error, _TryTimedOut):
        return Failure(impact=Impact.POSSIBLE, reason=str(error))
    return classify(error)
