"""Repository of saved papers."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.domain.taste import Opinion
from bot.storage.database import Database
from bot.storage.rows import legible_values, readable
from bot.storage.schema import saved_papers
from bot.storage.upsert import insert_new


class Saved:
    """Papers that each person has saved, across a surface's chats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, surface: str, person: str, paper_id: str, now: datetime) -> None:
        """Save a paper; no effect if it is saved already."""
        row = {"surface": surface, "person": person, "paper_id": paper_id, "saved_at": now}
        async with self._database.write() as connection:
            await insert_new(connection, saved_papers, [row])

    async def remove(self, surface: str, person: str, paper_id: str) -> bool:
        """Remove a saved paper. Return False if it was not saved."""
        gone = sa.delete(saved_papers).where(_theirs(surface, person), saved_papers.c.paper_id == paper_id)
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount > 0

    async def of(self, surface: str, person: str) -> list[str]:
        """Return the ids of a person's saved papers, newest first."""
        query = (
            sa.select(saved_papers.c.paper_id)
            .where(_theirs(surface, person))
            .order_by(saved_papers.c.saved_at.desc(), saved_papers.c.paper_id)
        )
        async with self._database.read() as connection:
            return legible_values(await connection.scalars(query))

    async def opinions(self, surface: str, person: str, until: datetime) -> list[Opinion]:
        """Return a person's saved papers as likes, up to a moment, newest first."""
        query = (
            sa.select(saved_papers.c.paper_id, saved_papers.c.saved_at)
            .where(_theirs(surface, person), saved_papers.c.saved_at <= until)
            .order_by(saved_papers.c.saved_at.desc(), saved_papers.c.paper_id)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return readable(rows, lambda row: Opinion(person, row["paper_id"], 1, row["saved_at"]), "saved_papers")

    async def people(self, fewest: int) -> set[tuple[str, str]]:
        """Return surface and id of the people with at least so many saved papers."""
        person = (saved_papers.c.surface, saved_papers.c.person)
        query = sa.select(*person).group_by(*person).having(sa.func.count() >= fewest)
        async with self._database.read() as connection:
            return {(row.surface, row.person) for row in await connection.execute(query)}

    async def forget(self, surface: str, person: str) -> int:
        """Delete all saved papers of a person. Return their number."""
        async with self._database.write() as connection:
            return (await connection.execute(sa.delete(saved_papers).where(_theirs(surface, person)))).rowcount


def _theirs(surface: str, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(saved_papers.c.surface == surface, saved_papers.c.person == person)
