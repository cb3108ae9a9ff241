"""Signs of life of a listener, which hold up nothing and end nothing, whatever becomes of them."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from bot.errors import StoreError
from bot.logs import Log

log = Log(__name__)


class Heartbeat:
    """Leave a sign of life at most every `interval` seconds, one at a time. Use it in `async with`."""

    def __init__(
        self,
        leave: Callable[[str], Awaitable[None]],
        *,
        interval: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`leave` writes a sign with its words, and may fail: the sign is then missing, and that is all."""
        self._leave = leave
        self._interval = interval
        self._clock = clock
        self._last = -math.inf
        self._leaving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # one that is being written is not cut short unless the database stands still
        if self._leaving is not None:
            await asyncio.wait([self._leaving], timeout=self._interval / 4)
            self._leaving.cancel()
            with suppress(asyncio.CancelledError):
                await self._leaving

    def beat(self, told: str) -> None:
        """Leave a sign, unless the last one is recent or still being written."""
        now = self._clock()
        if now - self._last < self._interval or (self._leaving is not None and not self._leaving.done()):
            return
        self._last = now
        self._leaving = asyncio.create_task(self._left(told))

    async def _left(self, told: str) -> None:
        try:
            await self._leave(told)
        except StoreError as error:
            log.warning("no sign of life left", reason=str(error))
        except Exception:
            log.exception("no sign of life left", reference=os.urandom(4).hex())
