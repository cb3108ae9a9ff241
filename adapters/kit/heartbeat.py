"""The heartbeat of a listener: writing it never blocks the listener, and a failed write does not end it."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from bot.domain.errors import StoreError
from bot.domain.log import Log

log = Log(__name__)


class Heartbeat:
    """Write a heartbeat at most every `interval` seconds, one at a time. Use it in `async with`."""

    def __init__(
        self,
        write: Callable[[str], Awaitable[None]],
        *,
        interval: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`write` stores a heartbeat with its description. A failure is logged, and the listener goes on."""
        self._write = write
        self._interval = interval
        self._clock = clock
        self._last = -math.inf
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # let a write that is under way finish, unless the database does not respond
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=self._interval / 4)
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing

    def beat(self, description: str) -> None:
        """Write a heartbeat, unless the last one is recent or still being written."""
        now = self._clock()
        if now - self._last < self._interval or (self._writing is not None and not self._writing.done()):
            return
        self._last = now
        self._writing = asyncio.create_task(self._write_safely(description))

    async def _write_safely(self, description: str) -> None:
        try:
            await self._write(description)
        except StoreError as error:
            log.warning("heartbeat not written", reason=str(error))
        except Exception:
            log.exception("heartbeat not written", reference=os.urandom(4).hex())
