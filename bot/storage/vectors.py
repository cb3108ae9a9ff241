"""Repository of embeddings. Derived data, but slow to compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.papers import Paper
from bot.storage.database import Database
from bot.storage.metadata import ENCODING
from bot.storage.papers import WHOLE, known_ids, read_papers
from bot.storage.rows import batches, readable
from bot.storage.schema import notes, papers, vectors
from bot.storage.upsert import claim_row, upsert

#: between title and text
_BETWEEN = ". "


@dataclass(frozen=True, slots=True)
class StoredVector:
    """The embedding of a paper."""

    paper_id: str
    #: little-endian float16
    vector: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class VectorState:
    """What changes when papers or vectors are added."""

    papers: int
    newest: datetime | None
    vectors: int


def encoded_text(paper: Paper) -> str:
    """Return the text of a paper that is encoded."""
    return f"{paper.title}{_BETWEEN}{paper.abstract or paper.summary}"


#: the length of `encoded_text` in characters
_LENGTH = (
    sa.func.length(papers.c.title)
    + len(_BETWEEN)
    + sa.func.length(sa.case((papers.c.abstract != "", papers.c.abstract), else_=papers.c.summary))
)


class StoredVectors:
    """One embedding per paper and encoder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, encoder: str) -> int:
        """Return the number of embeddings of an encoder."""
        query = sa.select(sa.func.count()).select_from(vectors).where(vectors.c.encoder == encoder)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def state(self, encoder: str) -> VectorState:
        """Return the numbers that tell whether anything has changed."""
        stored = sa.select(sa.func.count()).select_from(papers).scalar_subquery()
        newest = sa.select(sa.func.max(papers.c.last_seen_at)).scalar_subquery()
        made = sa.select(sa.func.count()).select_from(vectors).where(vectors.c.encoder == encoder).scalar_subquery()
        query = sa.select(stored, sa.type_coerce(newest, papers.c.last_seen_at.type), made)
        async with self._database.read() as connection:
            return VectorState(*(await connection.execute(query)).one())

    async def since(self, encoder: str, moment: datetime | None, after: str, limit: int) -> list[StoredVector]:
        """Return at most `limit` embeddings made after `moment`, or at `moment` for an id greater than `after`."""
        query = sa.select(vectors.c.paper_id, vectors.c.vector, vectors.c.made_at).where(vectors.c.encoder == encoder)
        if moment is not None:
            query = query.where(
                sa.tuple_(vectors.c.made_at, vectors.c.paper_id)
                > sa.tuple_(sa.literal(moment, vectors.c.made_at.type), after)
            )
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(vectors.c.made_at, vectors.c.paper_id).limit(limit))
            return readable(rows, lambda row: StoredVector(**row), "vectors")

    async def of(self, encoder: str, paper_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the embeddings of some papers, by paper id."""
        query = sa.select(vectors.c.paper_id, vectors.c.vector).where(vectors.c.encoder == encoder)
        async with self._database.read() as connection:
            return {
                row.paper_id: row.vector
                for some in batches(paper_ids)
                for row in await connection.execute(query.where(vectors.c.paper_id.in_(some)))
            }

    async def missing(self, encoder: str, limit: int) -> list[Paper]:
        """Return papers without an embedding of their present text, most recently reported first."""
        made = sa.and_(vectors.c.paper_id == papers.c.id, vectors.c.encoder == encoder)
        # texts are read only where a source has reported the paper since
        changed = sa.and_(papers.c.last_seen_at > vectors.c.made_at, vectors.c.length != _LENGTH)
        query = (
            WHOLE.select_from(papers.outerjoin(vectors, made))
            .where(sa.or_(vectors.c.paper_id.is_(None), changed))
            .order_by(papers.c.last_seen_at.desc(), papers.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return read_papers(await connection.execute(query))

    async def put(self, encoder: str, made: Mapping[Paper, bytes], now: datetime) -> None:
        """Save embeddings, replacing those of earlier texts."""
        rows = [
            {
                "paper_id": paper.id,
                "encoder": encoder,
                "vector": vector,
                "length": len(encoded_text(paper)),
                "made_at": now,
            }
            for paper, vector in made.items()
        ]
        async with self._database.write(apart=True) as connection:
            # a paper can be joined with another one while its text is encoded
            stored = await known_ids(connection, (paper.id for paper in made))
            await upsert(connection, vectors, [row for row in rows if row["paper_id"] in stored])

    async def claim(self, owner: str, now: datetime, duration: timedelta) -> bool:
        """Become the process that computes embeddings, or stay it. Return False while another one is."""
        free = sa.or_(notes.c.text == owner, notes.c.noted_at <= now - duration)
        async with self._database.write(apart=True) as connection:
            return await claim_row(connection, notes, {"name": ENCODING, "text": owner, "noted_at": now}, free)

    async def release(self, owner: str) -> None:
        """Let another process compute embeddings."""
        async with self._database.write(apart=True) as connection:
            await connection.execute(sa.delete(notes).where(notes.c.name == ENCODING, notes.c.text == owner))
