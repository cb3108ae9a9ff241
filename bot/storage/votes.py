"""Repository of votes of a chat's members; one vote per person and paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.requests import Chat, Tally
from bot.domain.taste import Opinion
from bot.storage.chats import of_chat
from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import votes
from bot.storage.upsert import upsert


class Votes:
    """One row per chat, person and paper."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, chat: Chat, person: str, paper_id: str, value: int, now: datetime) -> None:
        """Set a person's vote: 1, -1, or 0 to remove it."""
        key = {"surface": chat.surface, "chat": chat.id, "thread": chat.thread, "person": person, "paper_id": paper_id}
        async with self._database.write() as connection:
            if value:
                await upsert(connection, votes, [{**key, "value": value, "voted_at": now}])
            else:
                await connection.execute(
                    sa.delete(votes).where(of_chat(votes, chat), votes.c.person == person, votes.c.paper_id == paper_id)
                )

    async def of(self, chat: Chat, person: str, paper_id: str) -> int:
        """Return a person's vote: 1, -1, or 0 for none."""
        query = sa.select(votes.c.value).where(
            of_chat(votes, chat), votes.c.person == person, votes.c.paper_id == paper_id
        )
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def tallies(self, chat: Chat, paper_ids: Collection[str]) -> dict[str, Tally]:
        """Return the votes of a chat on some papers, without papers that have none."""
        up = sa.func.sum(sa.case((votes.c.value > 0, 1), else_=0))
        down = sa.func.sum(sa.case((votes.c.value < 0, 1), else_=0))
        query = (
            sa.select(votes.c.paper_id, up.label("up"), down.label("down"))
            .where(of_chat(votes, chat), votes.c.paper_id.in_(paper_ids))
            .group_by(votes.c.paper_id)
        )
        async with self._database.read() as connection:
            return {row.paper_id: Tally(int(row.up), int(row.down)) for row in await connection.execute(query)}

    async def opinions_of_chat(self, chat: Chat, until: datetime) -> list[Opinion]:
        """Return the votes in a chat up to a moment, newest first."""
        return await self._opinions(of_chat(votes, chat), until)

    async def opinions_of_person(self, surface: str, person: str, until: datetime) -> list[Opinion]:
        """Return a person's votes in all chats of a surface up to a moment, newest first."""
        return await self._opinions(sa.and_(votes.c.surface == surface, votes.c.person == person), until)

    async def _opinions(self, whose: sa.ColumnElement[bool], until: datetime) -> list[Opinion]:
        columns = (votes.c.paper_id, votes.c.person, votes.c.value, votes.c.voted_at.label("at"))
        query = sa.select(*columns).where(whose, votes.c.voted_at <= until)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(votes.c.voted_at.desc(), votes.c.paper_id, votes.c.person))
            return readable(rows, lambda row: Opinion(**row), "votes")

    async def chats_with_opinions(self, fewest: int) -> set[Chat]:
        """Return the chats with at least so many votes for papers."""
        chat = (votes.c.surface, votes.c.chat, votes.c.thread)
        query = sa.select(*chat).where(votes.c.value > 0).group_by(*chat).having(sa.func.count() >= fewest)
        async with self._database.read() as connection:
            return {Chat(*row) for row in await connection.execute(query)}

    async def people_with_opinions(self, fewest: int) -> set[tuple[str, str]]:
        """Return surface and id of the people with at least so many votes for papers."""
        person = (votes.c.surface, votes.c.person)
        query = sa.select(*person).where(votes.c.value > 0).group_by(*person).having(sa.func.count() >= fewest)
        async with self._database.read() as connection:
            return {(row.surface, row.person) for row in await connection.execute(query)}

    async def forget(self, surface: str, person: str) -> int:
        """Delete all votes of a person. Return their number."""
        gone = sa.delete(votes).where(votes.c.surface == surface, votes.c.person == person)
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount
