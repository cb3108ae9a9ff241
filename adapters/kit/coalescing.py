"""Coalesced redraws: several changes to what one message shows are merged into few edits, one at a time per message."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from types import TracebackType
from typing import Self

from bot.domain.log import Log

log = Log(__name__)

#: compute the view and write it; the view is computed inside the call, so that it is current
Redraw = Callable[[], Awaitable[None]]


class Coalescer:
    """Run at most one redraw per key at a time; requests made meanwhile share one further redraw, the newest.

    Use it in `async with`: leaving the block gives running redraws `drain_seconds` to finish.
    """

    def __init__(self, *, drain_seconds: float = 5.0) -> None:
        self._drain_seconds = drain_seconds
        self._running: dict[Hashable, asyncio.Task[None]] = {}
        #: the next redraw of each key, and the future of those that wait for it
        self._next: dict[Hashable, tuple[Redraw, asyncio.Future[None]]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = list(self._running.values())
        if tasks:
            await asyncio.wait(tasks, timeout=self._drain_seconds)
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def request(self, key: Hashable, redraw: Redraw) -> asyncio.Future[None]:
        """Request a redraw of a message. Return a future that is done when a redraw begun after this call has ended.

        A redraw that raises is logged with a reference and counts as ended.
        """
        waiting = self._next.get(key)
        done = waiting[1] if waiting else asyncio.get_running_loop().create_future()
        self._next[key] = (redraw, done)
        if key not in self._running:
            self._running[key] = asyncio.create_task(self._run(key))
        return done

    async def _run(self, key: Hashable) -> None:
        done: asyncio.Future[None] | None = None
        try:
            while key in self._next:
                redraw, done = self._next.pop(key)
                await _guarded(redraw)
                _settle(done)
        finally:
            _settle(done)
            if late := self._next.pop(key, None):
                _settle(late[1])
            del self._running[key]


def _settle(done: asyncio.Future[None] | None) -> None:
    if done is not None and not done.done():
        done.set_result(None)


async def _guarded(redraw: Redraw) -> None:
    try:
        await redraw()
    except Exception:
        # the next redraw of the same message must still run
        log.exception("redraw failed", reference=os.urandom(4).hex())
