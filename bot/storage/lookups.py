"""Repository of the times at which sources were asked about papers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import lookups
from bot.storage.upsert import upsert


class Lookups:
    """One row per paper and source, whether the source knew the paper or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, paper_id: str) -> dict[str, datetime]:
        """Return when each source was last asked about a paper."""
        query = sa.select(lookups).where(lookups.c.paper_id == paper_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return dict(readable(rows, lambda row: (row["source"], row["looked_up_at"]), "lookups"))


async def save_lookups(connection: AsyncConnection, source: str, paper_ids: Collection[str], now: datetime) -> None:
    """Record that a source was asked about papers."""
    rows = [{"paper_id": paper_id, "source": source, "looked_up_at": now} for paper_id in sorted(set(paper_ids))]
    await upsert(connection, lookups, rows)
