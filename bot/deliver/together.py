"""What several ask for at once is written in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import StoreError
from bot.store.sending import Start


class Beginnings:
    """Deliveries that begin while others are being written begin together."""

    def __init__(self, write: Callable[[Sequence[Start]], Awaitable[set[int]]]) -> None:
        self._write = write
        self._waiting: list[tuple[Start, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def begin(self, start: Start) -> bool:
        """Whether the delivery is sending now; False where the claim was lost."""
        begun: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((start, begun))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await begun

    async def _write_all(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            try:
                ours = await self._write([start for start, _ in some])
            except BaseException as error:
                for _, begun in some:
                    if not begun.done():
                        begun.set_exception(error)
                if not isinstance(error, StoreError):
                    raise
                continue
            for start, begun in some:
                if not begun.done():
                    begun.set_result(start.attempt.delivery_id in ours)
