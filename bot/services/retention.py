"""Retention: deletes the data of chats that removed the bot, once a day for all processes of a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.log import Log
from bot.storage import Store
from bot.storage.metadata import RETENTION

log = Log(__name__)

_A_DAY = timedelta(days=1)
#: chats whose data is deleted in one transaction, so that it stays short
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class RetentionService:
    """Deletes what has been stored longer than promised. Methods raise `StoreError`."""

    store: Store
    #: how long the data of a chat is kept after the bot was removed from it
    after_removal: timedelta
    #: name of this process
    owner: str = ""

    async def run_daily(self, now: datetime, *, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Do what is due today, unless any process has begun it already. Return the number of chats deleted.

        A process that ends before it has finished leaves the rest to the next day.
        """
        if not await self.store.notes.take_turn(RETENTION, self.owner, now, _A_DAY):
            return 0
        return await self.run(now, should_stop=should_stop)

    async def run(self, now: datetime, *, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Delete the data of chats that removed the bot too long ago. Return the number of chats."""
        chats = 0
        while not should_stop() and (some := await self._delete(now)):
            chats += some
        if chats:
            log.info("data of removed chats deleted", chats=chats)
        return chats

    async def _delete(self, now: datetime) -> int:
        return await self.store.removed_chats.delete_data(now - self.after_removal, _AT_ONCE)
