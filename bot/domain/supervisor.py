"""Supervisor: runs loops, logs failures and retries with exponential back-off and jitter."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.errors import PaperboyError, SettingsError
from bot.domain.log import Log

log = Log(__name__)

Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopFailure:
    """A loop whose last step failed."""

    loop: str
    #: reference to the log line
    reference: str
    #: message for the operator
    reason: str
    #: consecutive failures
    times: int


#: called with a failure when a loop fails, or with None when it has recovered
Report = Callable[[str, LoopFailure | None], Awaitable[None]]


class Backoff:
    """Exponential back-off with random jitter of up to a half, so that concurrent failures do not retry in sync."""

    def __init__(self, first: float = 0.5, longest: float = 30.0, chance: Callable[[], float] = random.random) -> None:
        self._first, self._longest, self._chance = first, longest, chance

    def seconds(self, times: int) -> float:
        """Return the delay in seconds after `times` consecutive failures."""
        whole = min(self._longest, self._first * 2.0 ** min(times - 1, 30))
        return whole * (1 - self._chance() / 2)


class Supervisor:
    """Runs steps repeatedly and records failures. `SettingsError` is raised, as only the operator can fix it."""

    def __init__(self, report: Report | None = None, backoff: Backoff | None = None) -> None:
        self.failing: dict[str, LoopFailure] = {}
        self._report = report
        self._backoff = backoff or Backoff()
        self._reported_ok: set[str] = set()

    async def run(self, loop: str, step: Step, stop: asyncio.Event, pause: Step | None = None) -> None:
        """Run a step repeatedly until `stop`, with a `pause` after each success."""
        while not stop.is_set():
            if failure := await self.attempt(loop, step):
                await rest(stop, self.wait(failure))
            elif pause is not None and not stop.is_set():
                await pause()

    async def once(self, loop: str, step: Step, stop: asyncio.Event) -> None:
        """Run a step until it succeeds once, or until `stop`."""
        while not stop.is_set() and (failure := await self.attempt(loop, step)):
            await rest(stop, self.wait(failure))

    async def attempt(self, loop: str, step: Step) -> LoopFailure | None:
        """Run a step once; log, report and return its failure. Raise `SettingsError` only."""
        try:
            await step()
        except SettingsError:
            raise
        except Exception as error:
            return await self.failed(loop, error)
        await self.succeeded(loop)
        return None

    async def failed(self, loop: str, error: Exception) -> LoopFailure:
        """Log and report a failed step."""
        before = self.failing.get(loop)
        expected = isinstance(error, PaperboyError)
        reason = str(error) if expected else f"internal error {type(error).__name__}"
        failure = LoopFailure(
            loop=loop, reference=os.urandom(4).hex(), reason=reason, times=before.times + 1 if before else 1
        )
        self.failing[loop] = failure
        self._reported_ok.discard(loop)
        tell = log.error if expected else log.exception
        tell("loop failed", loop=loop, reference=failure.reference, reason=reason, times=failure.times)
        await self._notify(loop, failure)
        return failure

    async def succeeded(self, loop: str) -> None:
        """Report that a loop is running, if that has changed."""
        if self.failing.pop(loop, None):
            log.info("loop runs again", loop=loop)
        if loop not in self._reported_ok:
            self._reported_ok.add(loop)
            await self._notify(loop, None)

    def wait(self, failure: LoopFailure) -> float:
        """Return the delay in seconds before the next attempt."""
        return self._backoff.seconds(failure.times)

    async def _notify(self, loop: str, failure: LoopFailure | None) -> None:
        if self._report is None:
            return
        try:
            await self._report(loop, failure)
        except Exception as error:
            # reporting writes to the database, which may be what failed; the next step reports again
            self._reported_ok.discard(loop)
            log.warning("not reported", loop=loop, reason=str(error) or type(error).__name__)


async def rest(stop: asyncio.Event, seconds: float | None, wake: asyncio.Event | None = None) -> None:
    """Wait for `stop`, `wake` or a timeout in seconds, whichever comes first."""
    waits = [asyncio.create_task(event.wait()) for event in (stop, wake) if event is not None]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
