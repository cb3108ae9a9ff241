"""Tell the application when an interaction was answered, so that no other process answers it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol


class AnswerRecords(Protocol):
    """Where answers are recorded: the application facade."""

    def answered(self, surface: str, interaction: str) -> None:
        """As `BotService.answered`."""
        ...

    def release(self, surface: str, interaction: str) -> None:
        """As `BotService.release`."""
        ...

    async def record_answers(self) -> None:
        """As `BotService.record_answers`."""
        ...


@contextmanager
def answering(records: AnswerRecords, surface: str, interaction: str) -> Iterator[None]:
    """Answer an interaction within the block. Any exception means that its answer is given up.

    If the block is cancelled, the answer is left to another process.
    """
    try:
        yield
    except asyncio.CancelledError:
        records.release(surface, interaction)
        raise
    except BaseException:
        records.answered(surface, interaction)
        raise
    records.answered(surface, interaction)


@asynccontextmanager
async def recorded_answers(records: AnswerRecords) -> AsyncIterator[None]:
    """Record the answers that were given within the block before it is left."""
    try:
        yield
    finally:
        await records.record_answers()
