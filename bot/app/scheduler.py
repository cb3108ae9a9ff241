"""The scheduler: APScheduler ticks, and each tick decides by the store and the wall clock what is due."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

#: APScheduler uses the monotonic clock, so a jump of the wall clock is noticed at the next tick
TICK_SECONDS = 15


@asynccontextmanager
async def ticking(tick: Callable[[], Awaitable[None]], seconds: float = TICK_SECONDS) -> AsyncIterator[None]:
    """Call `tick` every `seconds` while the context lasts, never concurrently.

    Late ticks run late; missed ticks are merged into one.
    """

    async def run() -> None:
        # APScheduler only awaits coroutine functions; a tick that is running when the context ends is cancelled
        with suppress(asyncio.CancelledError):
            await tick()

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(run, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
