"""How the sources have been doing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.models import SourceState
from bot.store.engine import Database
from bot.store.rows import readable
from bot.store.schema import sources
from bot.store.upsert import upsert


class Sources:
    """One state for each source that was ever asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[SourceState]:
        """By name."""
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(sources).order_by(sources.c.name))
            return readable(rows, lambda row: SourceState(**row), "sources")

    async def succeeded(self, name: str, now: datetime) -> None:
        """It gave what it should: the failures before are forgotten."""
        row = {"name": name, "tried_at": now, "succeeded_at": now, "failures": 0, "retry_at": None, "trouble": ""}
        async with self._database.write(apart=True) as connection:
            await upsert(connection, sources, [row])

    async def failed(self, name: str, now: datetime, trouble: str, retry_at: datetime | None) -> None:
        """It failed once more, and is not to be asked before `retry_at`."""
        row = {"name": name, "tried_at": now, "failures": 1, "retry_at": retry_at, "trouble": trouble}
        async with self._database.write(apart=True) as connection:
            await upsert(
                connection,
                sources,
                [row],
                lambda insert: {
                    "tried_at": insert.excluded.tried_at,
                    "failures": sources.c.failures + 1,
                    "retry_at": insert.excluded.retry_at,
                    "trouble": insert.excluded.trouble,
                },
            )
