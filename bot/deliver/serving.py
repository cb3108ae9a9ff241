"""A worker that stays: it plans at every tick, sends whenever there is something, and ends in good order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta

from bot.clock import TICK_SECONDS, ticking
from bot.deliver.deliverer import Deliverer
from bot.errors import StoreError
from bot.logs import Log
from bot.store import Store

log = Log(__name__)

#: what is in flight when a worker is told to stop may take so long
DRAIN_SECONDS = 20.0
#: the wait for a database that is away
_AWAY_SECONDS = 1.0


async def serve(
    deliverer: Deliverer,
    store: Store,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    *,
    tick_seconds: float = TICK_SECONDS,
) -> None:
    """Deliver until `stop`, then finish what is in flight. A database that is away is waited for."""
    wake = {name: asyncio.Event() for name in deliverer.surfaces}
    ticked = asyncio.Event()

    async def tick() -> None:
        ticked.set()

    await _started(deliverer, clock, stop)
    async with ticking(tick, tick_seconds):
        await tick()
        loops = [asyncio.create_task(_plan(deliverer, clock, stop, ticked, wake.values()))]
        loops += [
            asyncio.create_task(_work(deliverer, store, name, clock, stop, event))
            for name, event in wake.items()
            for _ in range(deliverer.hands(name))
        ]
        await _until(stop, loops)
    await _drained(loops)


async def _started(deliverer: Deliverer, clock: Callable[[], datetime], stop: asyncio.Event) -> None:
    started = False
    while not started and not stop.is_set():
        try:
            await deliverer.start(clock())
            started = True
        except StoreError as error:
            log.error("not started", reason=str(error))
            await _rest(stop, _AWAY_SECONDS)


async def _until(stop: asyncio.Event, loops: list[asyncio.Task[None]]) -> None:
    """Wait for the end, or for a loop that fails: that is a fault of ours, and nobody should wait for it."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *loops], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in done - {stopped}:
        task.result()


async def _drained(loops: list[asyncio.Task[None]]) -> None:
    """Let every loop finish what it has in hand; what hangs is left to the next worker, when its lease has ended."""
    _, hanging = await asyncio.wait(loops, timeout=DRAIN_SECONDS)
    for task in hanging:
        task.cancel()
    for task in loops:
        with suppress(asyncio.CancelledError):
            await task


async def _plan(
    deliverer: Deliverer,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    ticked: asyncio.Event,
    wake: Collection[asyncio.Event],
) -> None:
    """At each tick. A transaction is never cut short by the end, only the wait for the next one."""
    while not stop.is_set():
        ticked.clear()
        try:
            await deliverer.plan(clock(), enough=stop.is_set)
        except StoreError as error:
            log.error("not planned", reason=str(error))
        for event in wake:
            event.set()
        await _rest(stop, None, ticked)


async def _work(
    deliverer: Deliverer,
    store: Store,
    surface: str,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    wake: asyncio.Event,
) -> None:
    while not stop.is_set():
        wake.clear()
        try:
            if not await deliverer.some(surface, clock, enough=stop.is_set):
                oldest = (await store.deliveries.waiting()).get(surface)
                wait = oldest - clock() if oldest else timedelta(seconds=TICK_SECONDS)
                await _rest(stop, min(max(wait.total_seconds(), 0.05), TICK_SECONDS), wake)
        except StoreError as error:
            log.error("not delivered", surface=surface, reason=str(error))
            await _rest(stop, _AWAY_SECONDS)


async def _rest(stop: asyncio.Event, seconds: float | None, wake: asyncio.Event | None = None) -> None:
    """Until the end, or until woken, or for some seconds where a number is given."""
    waits = [asyncio.create_task(event.wait()) for event in (stop, wake) if event is not None]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waits:
        task.cancel()
