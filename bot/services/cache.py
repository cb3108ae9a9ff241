"""A single-flight cache with a time to live: concurrent identical requests share one computation."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class TTLCache(Generic[T]):
    """Stores results for some seconds. Concurrent requests for the same key wait for one computation."""

    def __init__(self, clock: Callable[[], float], *, seconds: float, most: int = 256) -> None:
        """`clock` is monotonic, in seconds; `most` limits the number of entries."""
        self._clock = clock
        self._seconds = seconds
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[float, asyncio.Future[T]]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Return the entry of a key, or compute it with `make`. Failures are raised and not cached."""
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
