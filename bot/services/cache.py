"""Answers that were given a moment ago, so that a crowd costs as much as one reader."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class TTLCache(Generic[T]):
    """Keeps the newest answers for some seconds; many who ask for the same at once wait for one answer."""

    def __init__(self, clock: Callable[[], float], *, seconds: float, most: int = 256) -> None:
        """`clock` counts seconds and never goes back."""
        self._clock = clock
        self._seconds = seconds
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[float, asyncio.Future[T]]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What is kept under the key, or what `make` gives. A failure is passed on and not kept."""
        made_at, answer = self._kept.get(key, (0.0, None))
        if answer is not None and self._clock() - made_at < self._seconds:
            return await asyncio.shield(answer)
        fresh = asyncio.ensure_future(make())
        self._kept[key] = (self._clock(), fresh)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        try:
            return await asyncio.shield(fresh)
        except BaseException:
            if fresh.done() and (fresh.cancelled() or fresh.exception()) and self._kept.get(key, (0, None))[1] is fresh:
                del self._kept[key]
            raise
