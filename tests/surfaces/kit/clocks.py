"""A clock that goes forward only when it is told to, or when somebody sleeps by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class ManualClock:
    """Seconds; use an instance as the clock and `sleep` as the sleep."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


async def until(true: Callable[[], bool], *, within: float = 10.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - it looks at anything, not at an event
            await asyncio.sleep(0)
