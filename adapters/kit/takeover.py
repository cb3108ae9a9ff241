"""Takeover: what a process claimed and did not answer before it died is answered by this one, while the platform still
accepts an answer.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from adapters.kit.dedupe import RecentIds
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.requests import AbandonedInteraction
from bot.domain.supervisor import Supervisor

log = Log(__name__)

#: seconds between two looks
LOOK_SECONDS = 5.0
_AT_ONCE = 4


class UnreadableOrigin(Exception):
    """The origin of an interaction cannot be parsed. The message must not quote it, as it may contain a token."""


class NotAnswered(Exception):
    """The interaction could not be answered now; the message is the reason for the log."""


class AbandonedInteractions(Protocol):
    """Where abandoned interactions are listed: the application facade."""

    async def abandoned(self, surface: str, within: timedelta) -> Sequence[AbandonedInteraction]:
        """As `BotService.abandoned`."""
        ...

    async def forgo(self, surface: str, interaction: str) -> None:
        """As `BotService.forgo`."""
        ...

    def release(self, surface: str, interaction: str) -> None:
        """As `BotService.release`."""
        ...


class Takeover:
    """Hand each abandoned interaction to a handler, a few at once, from now on. Use it in `async with`.

    A handler returns when the interaction is dealt with, so that nobody takes it up again. If it raises `StoreError`
    or `NotAnswered`, a later look hands it over again: what has had its effect by then is listed as done. Any other
    exception is logged, and costs only that interaction.
    """

    def __init__(
        self,
        service: AbandonedInteractions,
        surface: str,
        within: timedelta,
        handle: Callable[[AbandonedInteraction], Awaitable[None]],
        *,
        ready: Callable[[], Awaitable[object]] | None = None,
        supervisor: Supervisor | None = None,
        every: float = LOOK_SECONDS,
        drain_seconds: float = 3.0,
    ) -> None:
        """`within` is how long the platform accepts an answer; no look precedes the return of `ready`.

        A look that fails is logged, reported and repeated by the `supervisor`.
        """
        self._service = service
        self._surface = surface
        self._within = within
        self._handle = handle
        self._ready = ready
        self._every = every
        self._drain_seconds = drain_seconds
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._handed = RecentIds()
        #: failures that were logged, by interaction and reason
        self._logged = RecentIds()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._supervisor = supervisor or Supervisor()
        self._looking: asyncio.Task[None] | None = None
        self._leaving = False

    async def __aenter__(self) -> Self:
        self._looking = asyncio.create_task(self._look_forever(), name=f"{self._surface} takeover")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving = True
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        running = list(self._running.values())
        if running:
            await asyncio.wait(running, timeout=self._drain_seconds)
        for task in running:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def look(self) -> None:
        """Hand over what is abandoned now. Raise `StoreError`."""
        for found in await self._service.abandoned(self._surface, self._within):
            if found.id not in self._running and (found.id, found.done) not in self._handed:
                task = asyncio.create_task(self._take_up(found))
                self._running[found.id] = task
                task.add_done_callback(partial(self._ended, found.id))

    def _ended(self, interaction: str, task: asyncio.Task[None]) -> None:
        del self._running[interaction]

    async def _look_forever(self) -> None:
        async def step() -> None:
            if self._ready is not None:
                await self._ready()
            await self.look()

        await self._supervisor.run(
            f"{self._surface} takeover", step, asyncio.Event(), lambda: asyncio.sleep(self._every)
        )

    async def _take_up(self, found: AbandonedInteraction) -> None:
        async with self._slots:
            if self._leaving:
                # the next process takes it up
                return
            log.info("interaction taken up", surface=self._surface, interaction=found.id, done=found.done)
            try:
                await self._handle(found)
                await self._service.forgo(self._surface, found.id)
            except (StoreError, NotAnswered) as error:
                if self._logged.add((found.id, str(error))):
                    log.warning("not answered", surface=self._surface, interaction=found.id, reason=str(error))
                return
            except UnreadableOrigin as error:
                log.error("interaction not read", surface=self._surface, interaction=found.id, reason=str(error))
            except Exception:
                reference = os.urandom(4).hex()
                log.exception("answering failed", reference=reference, surface=self._surface, interaction=found.id)
            finally:
                self._service.release(self._surface, found.id)
            self._handed.add((found.id, found.done))
