"""Chats from which the bot was removed, since when, and deleting their data after a while."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.requests import Chat
from bot.storage.chats import OF_A_CHAT, of_chat
from bot.storage.database import Database
from bot.storage.rows import legible_values
from bot.storage.schema import removed_chats, taste_papers, taste_settings, taste_words
from bot.storage.upsert import insert_new

#: tables of which a row does not mean that anything is known of the chat
_ABOUT_NO_DATA = {removed_chats.name}
#: taste of people; in a private chat of Telegram the person's id is that of the chat
_TASTES = (taste_settings, taste_words, taste_papers)


class RemovedChats:
    """When the bot was removed from chats. A row without a thread is about all threads of its chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, surface: str, places: Iterable[str], now: datetime) -> None:
        """Record that the bot was removed from chats (`Chat.id`); of those known already the earlier moment stays.

        Chats about which nothing is stored are left out.
        """
        known = await self._with_data(surface, places)
        async with self._database.write() as connection:
            await put_removed(connection, [Chat(surface, place) for place in known], now)

    async def drop(self, surface: str, places: Collection[str]) -> None:
        """Record that the bot is in chats (`Chat.id`) again, with all their threads."""
        theirs = sa.and_(removed_chats.c.surface == surface, removed_chats.c.chat.in_(places))
        async with self._database.read() as connection:
            there = await connection.scalar(sa.select(removed_chats.c.chat).where(theirs).limit(1))
        if there is not None:
            async with self._database.write() as connection:
                await connection.execute(sa.delete(removed_chats).where(theirs))

    async def removed_at(self, chat: Chat) -> datetime | None:
        """Return since when the bot is not in a chat any more; None if it is."""
        query = sa.select(removed_chats.c.removed_at).where(_covers(chat)).order_by(removed_chats.c.removed_at)
        async with self._database.read() as connection:
            found: datetime | None = await connection.scalar(query.limit(1))
        return found

    async def delete_data(self, before: datetime, limit: int) -> int:
        """Delete everything about at most `limit` chats that removed the bot before a moment. Return their number.

        One short transaction. A chat that the bot returns to at the same time keeps its data or loses it as a whole.
        """
        query = (
            sa.select(removed_chats)
            .where(removed_chats.c.removed_at < before)
            .order_by(removed_chats.c.removed_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            chats = [Chat(row.surface, row.chat, row.thread) for row in rows]
            for where in _groups(chats):
                await _delete(connection, *where)
        return len(chats)

    async def _with_data(self, surface: str, places: Iterable[str]) -> list[str]:
        found: set[str] = set()
        async with self._database.read() as connection:
            for table in OF_A_CHAT:
                if table.name not in _ABOUT_NO_DATA and (missing := set(places) - found):
                    query = sa.select(table.c.chat).where(table.c.surface == surface, table.c.chat.in_(missing))
                    found |= set(legible_values(await connection.scalars(query.distinct())))
        return sorted(found - {""})


async def put_removed(connection: AsyncConnection, chats: Sequence[Chat], now: datetime) -> None:
    """Record removals within the connection's transaction, unless they are recorded already."""
    rows = [
        {"surface": chat.surface, "chat": chat.id, "thread": chat.thread, "removed_at": now}
        for chat in sorted(chats, key=str)
        if chat.id
    ]
    await insert_new(connection, removed_chats, rows)


async def drop_removed(connection: AsyncConnection, chat: Chat) -> None:
    """Record within the connection's transaction that a chat gets digests again."""
    await connection.execute(sa.delete(removed_chats).where(_covers(chat)))


async def postpone_removed(connection: AsyncConnection, chat: Chat, now: datetime) -> None:
    """Let the time of a removed chat begin again, as somebody has used the bot there."""
    await connection.execute(sa.update(removed_chats).where(_covers(chat)).values(removed_at=now))


def _covers(chat: Chat) -> sa.ColumnElement[bool]:
    """Return the condition for the rows that are about a chat."""
    whole = Chat(chat.surface, chat.id)
    return sa.or_(of_chat(removed_chats, chat), of_chat(removed_chats, whole))


def _groups(chats: Sequence[Chat]) -> Iterator[tuple[str, list[str], str | None]]:
    """Yield surface, chat ids and thread of what is deleted with the same statements; a thread of None is any."""
    for surface in sorted({chat.surface for chat in chats}):
        whole = [chat.id for chat in chats if chat.surface == surface and not chat.thread]
        if whole:
            yield surface, whole, None
        yield from ((surface, [chat.id], chat.thread) for chat in chats if chat.surface == surface and chat.thread)


async def _delete(connection: AsyncConnection, surface: str, places: Sequence[str], thread: str | None) -> None:
    for table in OF_A_CHAT:
        theirs = sa.and_(table.c.surface == surface, table.c.chat.in_(places))
        await connection.execute(
            sa.delete(table).where(theirs if thread is None else sa.and_(theirs, table.c.thread == thread))
        )
    if thread is None:
        for table in _TASTES:
            await connection.execute(sa.delete(table).where(_of_people(table, surface, places)))


def _of_people(table: sa.Table, surface: str, people: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition for rows of people; it begins with the columns of the table's primary key."""
    without_chat = [table.c[name] == "" for name in ("chat", "thread") if name in table.c]
    return sa.and_(table.c.surface == surface, *without_chat, table.c.person.in_(people))
