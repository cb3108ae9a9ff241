"""Drafts: the subscription that a chat was shown and has not saved yet."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.storage.chats import of_chat
from bot.storage.database import Database
from bot.storage.schema import drafts
from bot.storage.upsert import upsert

#: afterwards nobody remembers what a button was for
_KEPT = timedelta(days=2)


class Drafts:
    """The newest draft of each chat, in words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, chat: Chat, words: str, now: datetime) -> None:
        """This is what the chat is asked about from now on."""
        row = {"surface": chat.surface, "chat": chat.id, "thread": chat.thread, "words": words, "made_at": now}
        async with self._database.write() as connection:
            await upsert(connection, drafts, [row])

    async def get(self, chat: Chat, now: datetime) -> str:
        """The words of the draft; empty where there is none of the last two days."""
        query = sa.select(drafts.c.words).where(of_chat(drafts, chat), drafts.c.made_at > now - _KEPT)
        async with self._database.read() as connection:
            return await connection.scalar(query) or ""

    async def take(self, chat: Chat, words: str) -> bool:
        """Remove the draft if it still has these words; False where somebody else was faster."""
        query = sa.delete(drafts).where(of_chat(drafts, chat), drafts.c.words == words)
        async with self._database.write() as connection:
            return (await connection.execute(query)).rowcount == 1
