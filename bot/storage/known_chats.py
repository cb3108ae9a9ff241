"""Names of chats and the servers they belong to, and who was seen to manage them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.domain.requests import Chat, ChatDetails
from bot.storage.chats import of_chat
from bot.storage.database import Database
from bot.storage.rows import legible_values, readable
from bot.storage.schema import chat_details, chat_managers, subscriptions
from bot.storage.upsert import upsert


class KnownChats:
    """Details of chats. A thread without a row has the details of its chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, details: Sequence[ChatDetails], now: datetime) -> None:
        """Save what platforms say of chats; chats without id are left out."""
        rows = [_row(each.chat) | {"space": each.space, "name": each.name, "seen_at": now} for each in details]
        async with self._database.write() as connection:
            await upsert(connection, chat_details, [row for row in rows if row["chat"]])

    async def get(self, chat: Chat) -> ChatDetails:
        """Return the details of a chat; without name and server if they are unknown."""
        return (await self.of(chat.surface, [chat.id])).get(chat.id, ChatDetails(chat))

    async def of(self, surface: str, places: Collection[str]) -> dict[str, ChatDetails]:
        """Return the details of chats (`Chat.id`), by id; unknown ones are left out."""
        return await self._read(chat_details.c.surface == surface, chat_details.c.chat.in_(places))

    async def in_space(self, surface: str, space: str) -> dict[str, ChatDetails]:
        """Return the details of the chats of a server, by id."""
        return await self._read(chat_details.c.surface == surface, chat_details.c.space == space)

    async def spaces(self, surface: str) -> list[str]:
        """Return the ids of the servers of which chats are known."""
        query = sa.select(chat_details.c.space).where(chat_details.c.surface == surface, chat_details.c.space != "")
        async with self._database.read() as connection:
            return sorted(legible_values(await connection.scalars(query.distinct())))

    async def changed(self, surface: str, space: str, names: Mapping[str, str]) -> list[ChatDetails]:
        """Return the new details of those chats that have subscriptions and whose details differ; `names` are by id."""
        here = sa.and_(
            chat_details.c.surface == subscriptions.c.surface,
            chat_details.c.chat == subscriptions.c.chat,
            chat_details.c.thread == "",
        )
        query = (
            sa.select(subscriptions.c.chat, chat_details.c.space, chat_details.c.name)
            .distinct()
            .select_from(subscriptions.outerjoin(chat_details, here))
            .where(subscriptions.c.surface == surface, subscriptions.c.chat.in_(names))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [
            ChatDetails(Chat(surface, chat), names[chat], space)
            for chat, known_space, known_name in rows
            if (known_space, known_name) != (space, names[chat])
        ]

    async def add_manager(self, chat: Chat, person: str, now: datetime) -> None:
        """Remember that a person was seen to manage a chat."""
        row = _row(Chat(chat.surface, chat.id)) | {"person": person, "seen_at": now}
        async with self._database.write() as connection:
            await upsert(connection, chat_managers, [row])

    async def remove_manager(self, chat: Chat, person: str) -> None:
        """Forget that a person managed a chat."""
        theirs = sa.and_(of_chat(chat_managers, Chat(chat.surface, chat.id)), chat_managers.c.person == person)
        async with self._database.write() as connection:
            await connection.execute(sa.delete(chat_managers).where(theirs))

    async def managed_by(self, surface: str, person: str) -> list[str]:
        """Return the chats (`Chat.id`) that a person was seen to manage, the latest first."""
        query = sa.select(chat_managers.c.chat).where(
            chat_managers.c.surface == surface, chat_managers.c.person == person
        )
        async with self._database.read() as connection:
            return legible_values(
                await connection.scalars(query.order_by(chat_managers.c.seen_at.desc(), chat_managers.c.chat))
            )

    async def managers_of(self, chat: Chat) -> list[str]:
        """Return who was seen to manage a chat, the latest first."""
        query = sa.select(chat_managers.c.person).where(of_chat(chat_managers, Chat(chat.surface, chat.id)))
        async with self._database.read() as connection:
            return legible_values(await connection.scalars(query.order_by(chat_managers.c.seen_at.desc())))

    async def forget_person(self, surface: str, person: str) -> int:
        """Forget which chats a person manages. Return the number of rows."""
        theirs = sa.delete(chat_managers).where(chat_managers.c.surface == surface, chat_managers.c.person == person)
        async with self._database.write() as connection:
            return (await connection.execute(theirs)).rowcount

    async def _read(self, *conditions: sa.ColumnElement[bool]) -> dict[str, ChatDetails]:
        query = sa.select(chat_details).where(*conditions, chat_details.c.thread == "")
        async with self._database.read() as connection:
            found = readable(await connection.execute(query), _read, "chat_details")
        return {each.chat.id: each for each in found}


def _row(chat: Chat) -> dict[str, object]:
    return {"surface": chat.surface, "chat": chat.id, "thread": chat.thread}


def _read(row: sa.RowMapping) -> ChatDetails:
    return ChatDetails(Chat(row["surface"], row["chat"], row["thread"]), row["name"], row["space"])
