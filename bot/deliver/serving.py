"""A worker that stays: it plans at every tick, sends whenever there is something, and ends in good order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.clock import TICK_SECONDS, ticking
from bot.deliver.deliverer import Deliverer
from bot.health import reporting
from bot.store import Store
from bot.store.admission import for_ledger
from bot.supervisor import Supervisor, rest

#: what is in flight when a worker is told to stop may take so long
DRAIN_SECONDS = 20.0
#: who waits for something to deliver asks the database at most so often
_LEAST_REST = 0.05
#: all rows are looked through for what cannot be read so often
_BETWEEN_INSPECTIONS = timedelta(hours=6)


async def serve(
    deliverer: Deliverer,
    store: Store,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    *,
    tick_seconds: float = TICK_SECONDS,
    supervisor: Supervisor | None = None,
) -> None:
    """Deliver until `stop`, then finish what is in flight. Whatever fails is waited out and tried again.

    Raises `SettingsError` where the operator must act.
    """
    supervisor = supervisor or Supervisor(reporting(store, clock))
    with for_ledger():
        await supervisor.once("start of the delivery", lambda: deliverer.start(clock()), stop)
        worker = _Worker(deliverer, store, clock, stop)
        async with ticking(worker.tick, tick_seconds):
            await worker.tick()
            loops = worker.loops(supervisor)
            await _until(stop, loops)
        await _drained(loops)


@dataclass(slots=True)
class _Worker:
    """The steps of one worker, each of which a supervisor repeats."""

    deliverer: Deliverer
    store: Store
    clock: Callable[[], datetime]
    stop: asyncio.Event
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
        for name in self.wake:
            runs += [
                supervisor.run(f"delivery to {name}", partial(self.work, name), self.stop)
                for _ in range(self.deliverer.hands(name))
            ]
        return [asyncio.create_task(run) for run in runs]

    async def tick(self) -> None:
        """Let the planner look for what is due."""
        self.ticked.set()

    async def plan(self) -> None:
        """Plan, and wake those who send. A transaction is never cut short by the end, only the wait for the tick."""
        self.ticked.clear()
        try:
            await self.deliverer.plan(self.clock(), enough=self.stop.is_set)
        finally:
            for event in self.wake.values():
                event.set()

    async def work(self, surface: str) -> None:
        """Send some of what is due, or wait until something is."""
        wake = self.wake[surface]
        wake.clear()
        if await self.deliverer.some(surface, self.clock, enough=self.stop.is_set):
            return
        oldest = (await self.store.deliveries.waiting()).get(surface)
        wait = oldest - self.clock() if oldest else timedelta(seconds=TICK_SECONDS)
        await rest(self.stop, min(max(wait.total_seconds(), _LEAST_REST), TICK_SECONDS), wake)

    async def inspect(self) -> None:
        """Park what nobody can read, so that it is seen and not only missed."""
        await self.store.inspect(self.clock())

    async def between_inspections(self) -> None:
        """Wait for the next one."""
        await rest(self.stop, _BETWEEN_INSPECTIONS.total_seconds())


async def _until(stop: asyncio.Event, loops: Collection[asyncio.Task[None]]) -> None:
    """Wait for the end, or for a loop that ends by itself: only the operator can mend why it did."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *loops], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in done - {stopped}:
        task.result()


async def _drained(loops: Collection[asyncio.Task[None]]) -> None:
    """Let every loop finish what it has in hand; what hangs is left to the next worker, when its lease has ended."""
    _, hanging = await asyncio.wait(loops, timeout=DRAIN_SECONDS)
    for task in hanging:
        task.cancel()
    for task in loops:
        with suppress(asyncio.CancelledError):
            await task
