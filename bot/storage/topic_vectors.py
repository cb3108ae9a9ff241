"""Repository of the embeddings of topics, so that processes without a model match papers by meaning too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.rows import batches, legible_values, readable
from bot.storage.schema import topic_vectors
from bot.storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class TopicVector:
    """The embedding of a topic, and how its cosines with all papers are spread."""

    #: little-endian float16
    vector: bytes
    #: mean and standard deviation of the cosines
    mean: float
    deviation: float
    #: number of papers with an embedding when the spread was measured
    papers: int


class TopicVectors:
    """One embedding per topic and encoder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, encoder: str, texts: Collection[str]) -> dict[str, TopicVector]:
        """Return the embeddings of some topics, by their texts."""
        wanted = {_key(text): text for text in texts}
        columns = (topic_vectors.c[name] for name in ("topic", "vector", "mean", "deviation", "papers"))
        query = sa.select(*columns).where(topic_vectors.c.encoder == encoder)
        async with self._database.read() as connection:
            return {
                wanted[key]: vector
                for some in batches(list(wanted))
                for key, vector in readable(
                    await connection.execute(query.where(topic_vectors.c.topic.in_(some))),
                    lambda row: (row["topic"], TopicVector(*list(row.values())[1:])),
                    "topic_vectors",
                )
            }

    async def put(self, encoder: str, text: str, made: TopicVector, now: datetime) -> None:
        """Save the embedding of a topic."""
        row = {
            "encoder": encoder,
            "topic": _key(text),
            "vector": made.vector,
            "mean": made.mean,
            "deviation": made.deviation,
            "papers": made.papers,
            "made_at": now,
        }
        async with self._database.write(apart=True) as connection:
            await upsert(connection, topic_vectors, [row])

    async def keep_only(self, texts: Collection[str], before: datetime) -> None:
        """Delete the embeddings of other topics that were made before a moment."""
        kept = {_key(text) for text in texts}
        old = sa.select(topic_vectors.c.topic).distinct().where(topic_vectors.c.made_at < before)
        async with self._database.read() as connection:
            unused: Sequence[str] = [
                each for each in legible_values((await connection.execute(old)).scalars()) if each not in kept
            ]
        for some in batches(unused):
            unwanted = topic_vectors.c.topic.in_(some), topic_vectors.c.made_at < before
            async with self._database.write(apart=True) as connection:
                await connection.execute(sa.delete(topic_vectors).where(*unwanted))


def _key(text: str) -> str:
    """Return a key of bounded length."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
