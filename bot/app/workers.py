"""A permanent delivery worker: plans at every tick, sends what is due, and shuts down gracefully."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.app.scheduler import TICK_SECONDS, ticking
from bot.domain.supervisor import Supervisor, rest
from bot.services.delivery.deliverer import Deliverer
from bot.services.health import reporting
from bot.services.retention import RetentionService
from bot.storage import Store
from bot.storage.admission import for_ledger

#: timeout for messages in flight at shutdown
DRAIN_SECONDS = 20.0
#: shortest pause between two queries for due deliveries
_LEAST_REST = 0.05
#: seconds between two queries for follow-ups of messages that were sent
_BETWEEN_FOLLOW_UPS = 5.0
#: interval of the inspection for unreadable rows
_BETWEEN_INSPECTIONS = timedelta(hours=6)
#: interval of asking whether the daily deletion is due
_BETWEEN_DELETIONS = timedelta(hours=1)


async def serve(
    deliverer: Deliverer,
    store: Store,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    *,
    tick_seconds: float = TICK_SECONDS,
    supervisor: Supervisor | None = None,
    retention: RetentionService | None = None,
) -> None:
    """Deliver until `stop`, then finish what is in flight. Failures are retried with a back-off.

    With `retention`, data that is stored too long is deleted once a day.
    Raise `SettingsError` if the operator must act.
    """
    supervisor = supervisor or Supervisor(reporting(store, clock))
    with for_ledger():
        await supervisor.once("start of the delivery", lambda: deliverer.start(clock()), stop)
        worker = _Worker(deliverer, store, clock, stop, retention)
        async with ticking(worker.tick, tick_seconds):
            await worker.tick()
            loops = worker.loops(supervisor)
            await _until(stop, loops)
        await _drained(loops)


@dataclass(slots=True)
class _Worker:
    """The loops of one worker, which a supervisor runs."""

    deliverer: Deliverer
    store: Store
    clock: Callable[[], datetime]
    stop: asyncio.Event
    retention: RetentionService | None = None
    ticked: asyncio.Event = field(default_factory=asyncio.Event)
    wake: dict[str, asyncio.Event] = field(init=False)

    def __post_init__(self) -> None:
        self.wake = {name: asyncio.Event() for name in self.deliverer.surfaces}

    def loops(self, supervisor: Supervisor) -> list[asyncio.Task[None]]:
        """Start every loop."""
        runs = [
            supervisor.run("planner", self.plan, self.stop, lambda: rest(self.stop, None, self.ticked)),
            supervisor.run("inspection", self.inspect, self.stop, self.between_inspections),
        ]
        if self.retention is not None:
            run = partial(self.delete_old, self.retention)
            runs.append(supervisor.run("retention", run, self.stop, self.between_deletions))
        for name in self.wake:
            runs += [
                supervisor.run(f"delivery to {name}", partial(self.work, name), self.stop)
                for _ in range(self.deliverer.workers_for(name))
            ]
            runs.append(supervisor.run(f"updates on {name}", partial(self.follow_up, name), self.stop))
        return [asyncio.create_task(run) for run in runs]

    async def tick(self) -> None:
        """Wake the planner."""
        self.ticked.set()

    async def plan(self) -> None:
        """Plan, and wake the senders. Shutdown interrupts the wait for the tick, but no transaction."""
        self.ticked.clear()
        try:
            await self.deliverer.plan(self.clock(), should_stop=self.stop.is_set)
        finally:
            for event in self.wake.values():
                event.set()

    async def work(self, surface: str) -> None:
        """Send a batch of due deliveries, or wait until one is due."""
        wake = self.wake[surface]
        wake.clear()
        if await self.deliverer.process_batch(surface, self.clock, should_stop=self.stop.is_set):
            return
        oldest = (await self.store.deliveries.waiting()).get(surface)
        wait = oldest - self.clock() if oldest else timedelta(seconds=TICK_SECONDS)
        await rest(self.stop, min(max(wait.total_seconds(), _LEAST_REST), TICK_SECONDS), wake)

    async def follow_up(self, surface: str) -> None:
        """Do what is due to messages that were sent, or wait."""
        if not await self.deliverer.follow_up_batch(surface, self.clock, should_stop=self.stop.is_set):
            await rest(self.stop, _BETWEEN_FOLLOW_UPS)

    async def inspect(self) -> None:
        """Pause unreadable subscriptions, so that they are reported."""
        await self.store.inspect(self.clock())

    async def delete_old(self, retention: RetentionService) -> None:
        """Delete what is stored too long, if no process has done it today."""
        await retention.run_daily(self.clock(), should_stop=self.stop.is_set)

    async def between_deletions(self) -> None:
        """Wait for the next look whether data is to be deleted."""
        await rest(self.stop, _BETWEEN_DELETIONS.total_seconds())

    async def between_inspections(self) -> None:
        """Wait for the next inspection."""
        await rest(self.stop, _BETWEEN_INSPECTIONS.total_seconds())


async def _until(stop: asyncio.Event, loops: Collection[asyncio.Task[None]]) -> None:
    """Wait for `stop`, or for a loop that ends with an error that the operator must fix."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *loops], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in done - {stopped}:
        task.result()


async def _drained(loops: Collection[asyncio.Task[None]]) -> None:
    """Let every loop finish its batch; whatever exceeds the timeout is taken over when its lease expires."""
    _, hanging = await asyncio.wait(loops, timeout=DRAIN_SECONDS)
    for task in hanging:
        task.cancel()
    for task in loops:
        with suppress(asyncio.CancelledError):
            await task
