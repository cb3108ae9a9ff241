"""What people and chats said about taste, and papers that people like without a vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.domain.taste import Opinion, SaidWord, Strength, TasteSettings
from bot.storage.chats import of_chat
from bot.storage.database import Database
from bot.storage.rows import legible, readable
from bot.storage.schema import saved_papers, taste_papers, taste_settings, taste_words, votes
from bot.storage.upsert import insert_new, upsert


class LikeOrigin(StrEnum):
    """How a paper without a vote came to be liked."""

    IMPORTED = "imported"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose taste it is: a chat's, or a person's on a surface, whatever the chat."""

    surface: str
    chat: str = ""
    thread: str = ""
    person: str = ""

    @classmethod
    def of_chat(cls, chat: Chat) -> Owner:
        """Return the owner of a chat's taste."""
        return cls(chat.surface, chat.id, chat.thread)

    @classmethod
    def of_person(cls, surface: str, person: str) -> Owner:
        """Return the owner of a person's taste."""
        return cls(surface, person=person)

    @property
    def key(self) -> dict[str, str]:
        """The columns that identify it."""
        return {"surface": self.surface, "chat": self.chat, "thread": self.thread, "person": self.person}


class Tastes:
    """Settings and words by owner; liked papers by person. Everything else is derived from votes and saved papers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, owner: Owner) -> TasteSettings:
        """Return what was said about a taste; words in the order in which they were said."""
        settings = sa.select(taste_settings).where(_of(taste_settings, owner))
        words = sa.select(taste_words).where(_of(taste_words, owner)).order_by(taste_words.c.said_at)
        async with self._database.read() as connection:
            row = (await connection.execute(settings)).one_or_none()
            said = readable(
                await connection.execute(words),
                lambda row: SaidWord(row["word"], row["value"], row["times"]),
                "taste_words",
            )
        strength = legible(row.strength, "") if row else ""
        return TasteSettings(
            strength=Strength(strength) if strength in frozenset(Strength) else None,
            words=tuple(said),
            reset_at=legible(row.reset_at, None) if row else None,
        )

    async def set_strength(self, owner: Owner, strength: Strength) -> None:
        """Set how much a taste changes the order of papers."""
        known = await self.settings(owner)
        row = {**owner.key, "strength": strength, "reset_at": known.reset_at}
        async with self._database.write() as connection:
            await upsert(connection, taste_settings, [row])

    async def say(self, owner: Owner, word: str, value: int, now: datetime) -> None:
        """Want more (1) or less (-1) of a word; the same again counts once more."""
        known = next((said for said in (await self.settings(owner)).words if said.word == word), None)
        times = known.times + 1 if known and known.value == value else 1
        row = {**owner.key, "word": word, "value": value, "times": times, "said_at": now}
        async with self._database.write() as connection:
            await upsert(connection, taste_words, [row])

    async def unsay(self, owner: Owner, word: str) -> bool:
        """Remove a word. Return False if it was not said."""
        gone = sa.delete(taste_words).where(_of(taste_words, owner), taste_words.c.word == word)
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount > 0

    async def reset(self, owner: Owner, now: datetime) -> None:
        """Start anew: delete words and liked papers, and use no opinions up to now. The strength is kept."""
        known = await self.settings(owner)
        row = {**owner.key, "strength": known.strength or "", "reset_at": now}
        async with self._database.write() as connection:
            await connection.execute(sa.delete(taste_words).where(_of(taste_words, owner)))
            if owner.person:
                await connection.execute(sa.delete(taste_papers).where(_liked_by(owner.surface, owner.person)))
            await upsert(connection, taste_settings, [row])

    async def like(self, surface: str, person: str, ids: Sequence[str], now: datetime) -> None:
        """Add papers that a person named as liked; no effect for those that are there already."""
        rows = [_paper(surface, person, id, LikeOrigin.IMPORTED, now) for id in dict.fromkeys(ids)]
        if rows:
            async with self._database.write() as connection:
                await insert_new(connection, taste_papers, rows)

    async def opened(self, surface: str, person: str, paper_id: str, now: datetime) -> None:
        """Add a paper that a person opened; allowed while a request only reads."""
        async with self._database.write(apart=True) as connection:
            await insert_new(connection, taste_papers, [_paper(surface, person, paper_id, LikeOrigin.OPENED, now)])

    async def liked(self, surface: str, person: str, until: datetime) -> list[Opinion]:
        """Return a person's liked papers up to a moment, newest first."""
        query = (
            sa.select(taste_papers.c.paper_id, taste_papers.c.added_at)
            .where(_liked_by(surface, person), taste_papers.c.added_at <= until)
            .order_by(taste_papers.c.added_at.desc(), taste_papers.c.paper_id)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return readable(rows, lambda row: Opinion(person, row["paper_id"], 1, row["added_at"]), "taste_papers")

    async def owners(self) -> set[Owner]:
        """Return the owners who said a word or like a paper without a vote."""
        words = sa.select(*(taste_words.c[name] for name in ("surface", "chat", "thread", "person"))).distinct()
        likes = sa.select(taste_papers.c.surface, taste_papers.c.person).distinct()
        async with self._database.read() as connection:
            found = {Owner(*row) for row in await connection.execute(words)}
            return found | {Owner.of_person(*row) for row in await connection.execute(likes)}

    async def is_person(self, surface: str, person: str) -> bool:
        """Return whether a person voted, saved a paper or said something about taste."""
        tables = (votes, saved_papers, taste_papers, taste_words, taste_settings)
        async with self._database.read() as connection:
            for table in tables:
                there = sa.select(sa.literal(1)).where(table.c.surface == surface, table.c.person == person).limit(1)
                if await connection.scalar(there):
                    return True
        return False

    async def forget(self, surface: str, person: str) -> int:
        """Delete everything that a person said or likes. Return the number of rows deleted."""
        owner = Owner.of_person(surface, person)
        gone = [sa.delete(table).where(_of(table, owner)) for table in (taste_settings, taste_words)]
        gone.append(sa.delete(taste_papers).where(_liked_by(surface, person)))
        async with self._database.write() as connection:
            return sum([(await connection.execute(each)).rowcount for each in gone])


def _paper(surface: str, person: str, paper_id: str, origin: LikeOrigin, now: datetime) -> dict[str, object]:
    return {"surface": surface, "person": person, "paper_id": paper_id, "origin": origin, "added_at": now}


def _of(table: sa.Table, owner: Owner) -> sa.ColumnElement[bool]:
    return sa.and_(of_chat(table, Chat(owner.surface, owner.chat, owner.thread)), table.c.person == owner.person)


def _liked_by(surface: str, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(taste_papers.c.surface == surface, taste_papers.c.person == person)
