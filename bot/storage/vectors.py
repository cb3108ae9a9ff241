"""Repository of embeddings. Derived data, but slow to compute."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from bot.domain.papers import Paper
from bot.storage.database import Database
from bot.storage.papers import WHOLE, read_papers
from bot.storage.schema import papers, vectors
from bot.storage.upsert import insert_new


class StoredVectors:
    """One embedding per paper and encoder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, encoder: str) -> int:
        """Return the number of embeddings of an encoder."""
        query = sa.select(sa.func.count()).select_from(vectors).where(vectors.c.encoder == encoder)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def all(self, encoder: str) -> dict[str, bytes]:
        """Return the embeddings of an encoder by paper id."""
        query = sa.select(vectors.c.paper_id, vectors.c.vector).where(vectors.c.encoder == encoder)
        async with self._database.read() as connection:
            return {row.paper_id: row.vector for row in await connection.execute(query.order_by(vectors.c.paper_id))}

    async def missing(self, encoder: str, limit: int) -> list[Paper]:
        """Return papers without an embedding of an encoder, most recently reported first."""
        made = sa.exists().where(vectors.c.paper_id == papers.c.id, vectors.c.encoder == encoder)
        query = WHOLE.where(~made).order_by(papers.c.last_seen_at.desc(), papers.c.id).limit(limit)
        async with self._database.read() as connection:
            return read_papers(await connection.execute(query))

    async def put(self, encoder: str, made: Mapping[str, bytes]) -> None:
        """Save embeddings; those saved by another process in the meantime are kept, as they are equal."""
        rows = [{"paper_id": paper_id, "encoder": encoder, "vector": vector} for paper_id, vector in made.items()]
        async with self._database.write(apart=True) as connection:
            await insert_new(connection, vectors, rows)
