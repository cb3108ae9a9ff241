"""Saved papers: what a person keeps for later."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.schema import saved_papers
from bot.storage.upsert import insert_new


class Saved:
    """The papers of each person, wherever on a surface they saved them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, surface: str, person: str, paper_id: str, now: datetime) -> None:
        """Keep a paper; one that is kept already stays as it is."""
        row = {"surface": surface, "person": person, "paper_id": paper_id, "saved_at": now}
        async with self._database.write() as connection:
            await insert_new(connection, saved_papers, [row])

    async def remove(self, surface: str, person: str, paper_id: str) -> bool:
        """Keep it no longer; False where it was not kept."""
        gone = sa.delete(saved_papers).where(_theirs(surface, person), saved_papers.c.paper_id == paper_id)
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount > 0

    async def of(self, surface: str, person: str) -> list[str]:
        """The ids of a person's papers, the newest first."""
        query = (
            sa.select(saved_papers.c.paper_id)
            .where(_theirs(surface, person))
            .order_by(saved_papers.c.saved_at.desc(), saved_papers.c.paper_id)
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def forget(self, surface: str, person: str) -> int:
        """Delete everything that a person saved; says how much that was."""
        async with self._database.write() as connection:
            return (await connection.execute(sa.delete(saved_papers).where(_theirs(surface, person)))).rowcount


def _theirs(surface: str, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(saved_papers.c.surface == surface, saved_papers.c.person == person)
