"""Drafts: subscriptions that a chat has been offered but not saved."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.storage.chats import of_chat
from bot.storage.database import Database
from bot.storage.schema import drafts
from bot.storage.upsert import upsert

#: lifetime of a draft
_LIFETIME = timedelta(days=2)


class Drafts:
    """The last draft of each chat, as text."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, chat: Chat, words: str, now: datetime) -> None:
        """Replace the chat's draft."""
        row = {"surface": chat.surface, "chat": chat.id, "thread": chat.thread, "words": words, "made_at": now}
        async with self._database.write() as connection:
            await upsert(connection, drafts, [row])

    async def get(self, chat: Chat, now: datetime) -> str:
        """Return the text of the chat's draft of the last two days, or ""."""
        query = sa.select(drafts.c.words).where(of_chat(drafts, chat), drafts.c.made_at > now - _LIFETIME)
        async with self._database.read() as connection:
            return await connection.scalar(query) or ""

    async def take(self, chat: Chat, words: str) -> bool:
        """Delete the draft if it still has this text. Return False if it was taken already."""
        query = sa.delete(drafts).where(of_chat(drafts, chat), drafts.c.words == words)
        async with self._database.write() as connection:
            return (await connection.execute(query)).rowcount == 1
