"""Repository of votes of a chat's members; one vote per person and paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.requests import Chat, Tally
from bot.storage.chats import of_chat
from bot.storage.database import Database
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

    async def forget(self, surface: str, person: str) -> int:
        """Delete all votes of a person. Return their number."""
        gone = sa.delete(votes).where(votes.c.surface == surface, votes.c.person == person)
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount
