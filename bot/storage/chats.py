"""Last shown lists, by which people refer to "paper 3", and moving a chat's rows to another chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.requests import Chat
from bot.storage.database import Database
from bot.storage.rows import legible
from bot.storage.schema import metadata, shown_lists
from bot.storage.upsert import upsert

#: columns that identify a chat
_CHAT = ("surface", "chat", "thread")
#: tables with rows of a chat; tables that depend on deliveries follow by foreign key
OF_A_CHAT = [table for table in metadata.sorted_tables if set(_CHAT) <= set(table.c.keys())]


class Chats:
    """Operations on all rows of a chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def move(self, old: Chat, new: Chat) -> int:
        """Move all rows of the old chat to the new one. Return their number.

        If a unique key conflicts, the new chat's row is kept. Idempotent.
        """
        async with self._database.write() as connection:
            return await move_chat(connection, old, new)


class Shown:
    """The last list shown in each chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, chat: Chat, paper_ids: Sequence[str], now: datetime) -> None:
        """Save the papers last shown in a chat, in order; ignored for a chat without id."""
        if not chat.id:
            return
        row = {
            "surface": chat.surface,
            "chat": chat.id,
            "thread": chat.thread,
            "paper_ids": tuple(paper_ids),
            "shown_at": now,
        }
        async with self._database.write(apart=True) as connection:
            await upsert(connection, shown_lists, [row])

    async def last(self, chat: Chat) -> tuple[str, ...]:
        """Return the ids of the papers last shown in a chat; empty if there are none."""
        return (await self.newest(chat))[0]

    async def newest(self, chat: Chat) -> tuple[tuple[str, ...], datetime | None]:
        """Return the ids of the papers last shown in a chat, and when that was."""
        query = sa.select(shown_lists.c.paper_ids, shown_lists.c.shown_at).where(of_chat(shown_lists, chat))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (legible(row.paper_ids, ()), legible(row.shown_at, None)) if row else ((), None)


def of_chat(table: sa.FromClause, chat: Chat) -> sa.ColumnElement[bool]:
    """Return the condition for a chat's rows in a table."""
    return sa.and_(table.c.surface == chat.surface, table.c.chat == chat.id, table.c.thread == chat.thread)


async def move_chat(connection: AsyncConnection, old: Chat, new: Chat) -> int:
    """Move the rows within the connection's transaction. Return their number."""
    # rows without a chat's id are those of persons
    if old == new or not (old.id and new.id):
        return 0
    moved = 0
    for table in OF_A_CHAT:
        for others in _keys(table):
            await connection.execute(sa.delete(table).where(of_chat(table, old), _taken(table, others, new)))
        there = sa.update(table).where(of_chat(table, old))
        moved += (await connection.execute(there.values(surface=new.surface, chat=new.id, thread=new.thread))).rowcount
    return moved


def _keys(table: sa.Table) -> Iterator[list[str]]:
    """Yield the other columns of each unique key that includes the chat; rows equal in these conflict."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint) and "chat" in constraint.columns:
            yield [column.name for column in constraint.columns if column.name not in _CHAT]


def _taken(table: sa.Table, others: Sequence[str], new: Chat) -> sa.ColumnElement[bool]:
    there = table.alias()
    alike = [there.c[name] == table.c[name] for name in others]
    return sa.exists().where(of_chat(there, new), *alike)


def of_mailbox(column: sa.ColumnElement[str], address: str) -> sa.ColumnElement[bool]:
    """Return the condition that an address belongs to the same mailbox, differing at most in its plus tag."""
    local, _, domain = address.rpartition("@")
    bare = local.partition("+")[0] or local
    tagged = sa.and_(column.startswith(f"{bare}+", autoescape=True), column.endswith(f"@{domain}", autoescape=True))
    return sa.or_(column == f"{bare}@{domain}", tagged)
