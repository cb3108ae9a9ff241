"""Work for many people at once, in order for each, and never more of one than can be done soon."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

Work = Callable[[], Awaitable[None]]

#: wishes of one person that may wait
_WAITING = 8
#: seconds that what was begun may take when the process ends
_ENDING = 5.0


class Queues:
    """A queue for each person; they share nothing, so one who floods the bot waits alone."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what was begun, as far as that is quick."""
        self._waiting = {key: deque() for key in self._waiting}
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_ENDING)
        for task in self._tasks:
            task.cancel()
        for task in list(self._tasks):
            with suppress(asyncio.CancelledError):
                await task

    def put(self, key: str, work: Work) -> bool:
        """Do something as soon as everything before it is done; False where too much waits already."""
        if (waiting := self._waiting.get(key)) is not None:
            if len(waiting) >= _WAITING:
                return False
            waiting.append(work)
            return True
        self._waiting[key] = deque([work])
        self.start(self._through(key))
        return True

    def start(self, doing: Awaitable[None]) -> None:
        """Do something beside everything else."""
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _through(self, key: str) -> None:
        waiting = self._waiting[key]
        try:
            while waiting:
                await waiting.popleft()()
                waiting = self._waiting[key]
        finally:
            del self._waiting[key]
