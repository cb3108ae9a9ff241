"""Conversations: the last request of each chat, for follow-up requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.storage.chats import of_chat
from bot.storage.database import Database
from bot.storage.removed_chats import postpone_removed
from bot.storage.rows import readable
from bot.storage.schema import conversations
from bot.storage.upsert import upsert

#: how long follow-up requests such as "more" refer to the list
_LIFETIME = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The request behind a chat's last list, and the paper that was opened after it."""

    command: str = ""
    #: without "more:8"
    argument: str = ""
    #: number of papers of the same list shown before these
    start: int = 0
    paper_ids: tuple[str, ...] = ()
    #: empty if none was opened
    paper_id: str = ""


class Conversations:
    """The last conversation of each chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, chat: Chat, conversation: Conversation, now: datetime) -> None:
        """Replace the chat's conversation; ignored for a chat without id."""
        if not chat.id:
            return
        row = {
            "surface": chat.surface,
            "chat": chat.id,
            "thread": chat.thread,
            "command": conversation.command,
            "argument": conversation.argument,
            "start": conversation.start,
            "paper_ids": conversation.paper_ids,
            "paper_id": conversation.paper_id,
            "said_at": now,
        }
        async with self._database.write(apart=True) as connection:
            await upsert(connection, conversations, [row])
            await postpone_removed(connection, chat, now)

    async def get(self, chat: Chat, now: datetime) -> Conversation:
        """Return the chat's conversation of the last two days, or an empty one."""
        columns: Sequence[sa.ColumnElement[object]] = [
            conversations.c.command,
            conversations.c.argument,
            conversations.c.start,
            conversations.c.paper_ids,
            conversations.c.paper_id,
        ]
        query = sa.select(*columns).where(of_chat(conversations, chat), conversations.c.said_at > now - _LIFETIME)
        async with self._database.read() as connection:
            found = readable(await connection.execute(query), lambda row: Conversation(**row), "conversations")
        return found[0] if found else Conversation()
