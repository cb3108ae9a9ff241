"""Vectors: what each paper means to an encoder. Derived data, but slow to make."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from bot.models import Paper
from bot.store.engine import Database
from bot.store.papers import WHOLE, read_papers
from bot.store.schema import papers, vectors
from bot.store.upsert import insert_new


class Vectors:
    """One for each paper and encoder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, encoder: str) -> int:
        """How many an encoder has made."""
        query = sa.select(sa.func.count()).select_from(vectors).where(vectors.c.encoder == encoder)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def all(self, encoder: str) -> dict[str, bytes]:
        """Those of an encoder, by paper."""
        query = sa.select(vectors.c.paper_id, vectors.c.vector).where(vectors.c.encoder == encoder)
        async with self._database.read() as connection:
            return {row.paper_id: row.vector for row in await connection.execute(query.order_by(vectors.c.paper_id))}

    async def missing(self, encoder: str, limit: int) -> list[Paper]:
        """Papers of which an encoder has made none, those told of last first."""
        made = sa.exists().where(vectors.c.paper_id == papers.c.id, vectors.c.encoder == encoder)
        query = WHOLE.where(~made).order_by(papers.c.last_seen_at.desc(), papers.c.id).limit(limit)
        async with self._database.read() as connection:
            return read_papers(await connection.execute(query))

    async def put(self, encoder: str, made: Mapping[str, bytes]) -> None:
        """Keep some. What another process has made in the meantime stays: it is the same."""
        rows = [{"paper_id": paper_id, "encoder": encoder, "vector": vector} for paper_id, vector in made.items()]
        async with self._database.write(apart=True) as connection:
            await insert_new(connection, vectors, rows)
