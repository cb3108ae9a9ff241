"""Languages of chats and of people, as they chose them or as their platform suggests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.requests import Chat
from bot.storage.chat_filter import among
from bot.storage.chats import of_chat
from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import languages
from bot.storage.upsert import insert_new, upsert


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """The languages that apply to a request, as tags; empty where none is known."""

    #: chosen by the person
    person: str = ""
    #: chosen for the chat, or suggested by its platform
    chat: str = ""


class Languages:
    """One row per chat, and one per person of a surface."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def choose_for_chat(self, chat: Chat, tag: str, now: datetime) -> None:
        """Set the language of a chat; ignored for a chat without id."""
        if not chat.id:
            return
        async with self._database.write() as connection:
            await upsert(connection, languages, [_row(chat, "", tag, now)])

    async def choose_for_person(self, surface: str, person: str, tag: str, now: datetime) -> None:
        """Set the language of a person on a surface, in every chat."""
        async with self._database.write() as connection:
            await upsert(connection, languages, [_row(Chat(surface, ""), person, tag, now)])

    async def suggest(self, chat: Chat, tag: str, now: datetime) -> None:
        """Set the language of a chat that has none yet, as its platform reports it; ignored for a chat without id."""
        if not chat.id:
            return
        async with self._database.write() as connection:
            await insert_new(connection, languages, [_row(chat, "", tag, now, chosen=False)])

    async def of(self, chat: Chat, person: str) -> LanguageChoice:
        """Return the languages of a chat and of a person in it. A thread without a language has that of its chat."""
        whole = replace(chat, thread="")
        of_chat_itself = sa.and_(sa.or_(of_chat(languages, chat), of_chat(languages, whole)), languages.c.person == "")
        of_person_itself = sa.and_(of_chat(languages, Chat(chat.surface, "")), languages.c.person == person)
        query = sa.select(languages).where(sa.or_(of_chat_itself, of_person_itself) if person else of_chat_itself)
        async with self._database.read() as connection:
            rows = readable(await connection.execute(query), lambda row: (_key(row), row["tag"]), "languages")
        tags = dict(rows)
        of_thread = tags.get((chat.thread, ""), "")
        return LanguageChoice(
            person=tags.get(("", person), "") if person else "", chat=of_thread or tags.get(("", ""), "")
        )

    async def forget(self, surface: str, person: str) -> int:
        """Delete a person's choice. Return the number of rows deleted."""
        gone = sa.delete(languages).where(
            languages.c.surface == surface, languages.c.person == person, languages.c.person != ""
        )
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount


async def read_languages(connection: AsyncConnection, chats: Collection[Chat]) -> dict[Chat, str]:
    """Return the languages of some chats; those without one are left out. A thread without a language has that of its
    chat.
    """
    wanted = {*chats, *(replace(chat, thread="") for chat in chats)}
    query = sa.select(languages).where(among(languages, wanted), languages.c.person == "")
    rows = readable(
        await connection.execute(query),
        lambda row: (Chat(row["surface"], row["chat"], row["thread"]), row["tag"]),
        "languages",
    )
    tags = dict(rows)
    found = {chat: tags.get(chat) or tags.get(replace(chat, thread=""), "") for chat in chats}
    return {chat: tag for chat, tag in found.items() if tag}


def _key(row: sa.RowMapping) -> tuple[str, str]:
    return row["thread"], row["person"]


def _row(chat: Chat, person: str, tag: str, now: datetime, *, chosen: bool = True) -> dict[str, object]:
    return {
        "surface": chat.surface,
        "chat": chat.id,
        "thread": chat.thread,
        "person": person,
        "tag": tag,
        "chosen": chosen,
        "changed_at": now,
    }
