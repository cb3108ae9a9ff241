"""Chats: the list that each was shown last, so that a person may say "paper 3", and what moves with one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Chat
from bot.store.engine import Database
from bot.store.rows import legible
from bot.store.schema import metadata, shown_lists
from bot.store.upsert import upsert

#: the columns of a chat
_CHAT = ("surface", "chat", "thread")
#: everything that is kept of a chat; what hangs on a delivery goes with it
OF_A_CHAT = [table for table in metadata.sorted_tables if set(_CHAT) <= set(table.c.keys())]


class Chats:
    """All that is known of a chat, whatever its kind."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def move(self, old: Chat, new: Chat) -> int:
        """Whatever was the old chat's is the new one's from now on; says how many rows moved.

        Where only one of two can stay, the new chat's stays. To move twice changes nothing more.
        """
        async with self._database.write() as connection:
            return await move_chat(connection, old, new)


class Shown:
    """The newest list of each chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, chat: Chat, paper_ids: Sequence[str], now: datetime) -> None:
        """The chat has been shown these papers, in this order; where it is nobody's (no id), nothing is kept."""
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
        """The ids of the papers that the chat was shown last; empty where it was shown none."""
        return (await self.newest(chat))[0]

    async def newest(self, chat: Chat) -> tuple[tuple[str, ...], datetime | None]:
        """The ids of the papers that the chat was shown last, and when that was."""
        query = sa.select(shown_lists.c.paper_ids, shown_lists.c.shown_at).where(of_chat(shown_lists, chat))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (legible(row.paper_ids, ()), legible(row.shown_at, None)) if row else ((), None)


def of_chat(table: sa.FromClause, chat: Chat) -> sa.ColumnElement[bool]:
    """The rows of a chat in a table that has chats."""
    return sa.and_(table.c.surface == chat.surface, table.c.chat == chat.id, table.c.thread == chat.thread)


async def move_chat(connection: AsyncConnection, old: Chat, new: Chat) -> int:
    """In the connection's transaction."""
    if old == new:
        return 0
    moved = 0
    for table in OF_A_CHAT:
        for others in _keys(table):
            await connection.execute(sa.delete(table).where(of_chat(table, old), _taken(table, others, new)))
        there = sa.update(table).where(of_chat(table, old))
        moved += (await connection.execute(there.values(surface=new.surface, chat=new.id, thread=new.thread))).rowcount
    return moved


def _keys(table: sa.Table) -> Iterator[list[str]]:
    """The columns that stand beside the chat in each of the table's keys: two rows alike in these cannot both move."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint) and "chat" in constraint.columns:
            yield [column.name for column in constraint.columns if column.name not in _CHAT]


def _taken(table: sa.Table, others: Sequence[str], new: Chat) -> sa.ColumnElement[bool]:
    there = table.alias()
    alike = [there.c[name] == table.c[name] for name in others]
    return sa.exists().where(of_chat(there, new), *alike)


def of_mailbox(column: sa.ColumnElement[str], address: str) -> sa.ColumnElement[bool]:
    """Return the condition that an address reaches the same mailbox as `address`: they differ in a plus-tag at most."""
    local, _, domain = address.rpartition("@")
    bare = local.partition("+")[0] or local
    tagged = sa.and_(column.startswith(f"{bare}+", autoescape=True), column.endswith(f"@{domain}", autoescape=True))
    return sa.or_(column == f"{bare}@{domain}", tagged)
