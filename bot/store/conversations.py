"""Conversations: what was asked last in each chat, so that a person may go on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.models import Chat
from bot.store.chats import of_chat
from bot.store.engine import Database
from bot.store.rows import readable
from bot.store.schema import conversations
from bot.store.upsert import upsert

#: afterwards "more" no longer means the list of then
_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The question behind the newest list of a chat, and the paper that was opened after it."""

    command: str = ""
    #: without "more:8"
    argument: str = ""
    #: papers of the same list that were shown before these
    start: int = 0
    paper_ids: tuple[str, ...] = ()
    #: empty where none was opened
    paper_id: str = ""


class Conversations:
    """The newest of each chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, chat: Chat, conversation: Conversation, now: datetime) -> None:
        """Replace what was known; nothing is kept for a chat without an id."""
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

    async def get(self, chat: Chat, now: datetime) -> Conversation:
        """Return the conversation of the last two days; an empty one where there is none."""
        columns: Sequence[sa.ColumnElement[object]] = [
            conversations.c.command,
            conversations.c.argument,
            conversations.c.start,
            conversations.c.paper_ids,
            conversations.c.paper_id,
        ]
        query = sa.select(*columns).where(of_chat(conversations, chat), conversations.c.said_at > now - _KEPT)
        async with self._database.read() as connection:
            found = readable(await connection.execute(query), lambda row: Conversation(**row), "conversations")
        return found[0] if found else Conversation()
