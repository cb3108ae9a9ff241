"""The clock: APScheduler ticks, and what is due is decided from the store and the wall clock at each tick."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

#: APScheduler sleeps on the monotonic clock, so a jump of the wall clock is noticed at the next tick, not before
TICK_SECONDS = 15


@asynccontextmanager
async def ticking(tick: Callable[[], Awaitable[None]], seconds: float = TICK_SECONDS) -> AsyncIterator[None]:
    """Call `tick` every `seconds`, never twice at once, for as long as the context lasts.

    A tick that is late runs late; ticks that were missed are one tick.
    """

    async def run() -> None:
        # APScheduler awaits only what is declared as a coroutine function; a tick that is under way when the context
        # ends is cancelled, which is no error
        with suppress(asyncio.CancelledError):
            await tick()

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(run, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
