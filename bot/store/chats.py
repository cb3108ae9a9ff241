"""Chats: the list that each was shown last, so that a person may say "paper 3"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.models import Chat
from bot.store.engine import Database
from bot.store.schema import shown_lists
from bot.store.upsert import upsert


class Shown:
    """The newest list of each chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, chat: Chat, paper_ids: Sequence[str], now: datetime) -> None:
        """The chat has been shown these papers, in this order."""
        row = {
            "surface": chat.surface,
            "chat": chat.id,
            "thread": chat.thread,
            "paper_ids": tuple(paper_ids),
            "shown_at": now,
        }
        async with self._database.write() as connection:
            await upsert(connection, shown_lists, [row])

    async def last(self, chat: Chat) -> tuple[str, ...]:
        """The ids of the papers that the chat was shown last; empty where it was shown none."""
        key = (
            shown_lists.c.surface == chat.surface,
            shown_lists.c.chat == chat.id,
            shown_lists.c.thread == chat.thread,
        )
        async with self._database.read() as connection:
            return await connection.scalar(sa.select(shown_lists.c.paper_ids).where(*key)) or ()
