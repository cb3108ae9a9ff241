"""Repository of greetings: each chat or server that adds the bot is greeted once."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.requests import Chat
from bot.storage.database import Database
from bot.storage.schema import greetings
from bot.storage.upsert import claim_row

#: a chat that adds the bot again within this time is not greeted again
_APART = timedelta(days=1)


class Greetings:
    """One row per chat; on Discord per server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, chat: Chat, now: datetime) -> bool:
        """Return whether a chat is to be greeted now. It counts as greeted from then on, in every process."""
        row = {"surface": chat.surface, "chat": chat.id, "thread": chat.thread, "greeted_at": now}
        async with self._database.write() as connection:
            return await claim_row(connection, greetings, row, greetings.c.greeted_at <= now - _APART)
