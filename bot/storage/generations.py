"""Id and generation of a database, by which a restored older copy is recognized.

A copy has the id and the generation of the time when it was made. The generation is raised in the transaction that
marks messages as about to be sent, so a higher one stored elsewhere proves that more was sent since.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import UtcDateTime
from bot.storage.database import Database
from bot.storage.rows import legible, report
from bot.storage.schema import generations

#: timestamp of a new database
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """State of a database's ledger as a counter."""

    database_id: str
    number: int
    #: when it was last raised; nothing due later was sent in this or an earlier generation
    raised_at: datetime

    def is_ahead_of(self, other: Generation) -> bool:
        """Return whether it is a later state of the same database."""
        return self.database_id == other.database_id and self.number > other.number


class Generations:
    """Repository of the database's generation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: the newest generation committed by this process
        self.newest: Generation | None = None

    async def read(self, now: datetime) -> Generation:
        """Return the current generation; a database without one gets its id first."""
        async with self._database.read() as connection:
            found = await _read(connection)
        if found:
            return found
        async with self._database.write() as connection:
            await _lock(connection)
            return await _read(connection) or await _first(connection, now)

    async def surpass(self, other: Generation, now: datetime) -> Generation:
        """Raise the generation above that of another copy of the database."""
        async with self._database.write() as connection:
            raised = await raise_generation(connection, now, above=other.number)
        self.committed(raised)
        return raised

    def committed(self, raised: Generation | None) -> None:
        """Remember a generation after its transaction was committed."""
        newest = self.newest
        if raised and (newest is None or newest.database_id != raised.database_id or raised.is_ahead_of(newest)):
            self.newest = raised


def first_row() -> dict[str, object]:
    """Return the initial row of a new database."""
    return {"database_id": uuid.uuid4().hex, "generation": 0, "raised_at": LONG_AGO}


async def raise_generation(connection: AsyncConnection, now: datetime, *, above: int = 0) -> Generation:
    """Raise the generation within the connection's transaction, by one or above a number. Blocks concurrent calls."""
    # the timestamp never goes back with a clock, because it covers everything sent before
    present = sa.literal(now, UtcDateTime())
    moment = sa.case((generations.c.raised_at > present, generations.c.raised_at), else_=present)
    number = sa.case((generations.c.generation < above, above), else_=generations.c.generation) + 1
    raised = sa.update(generations).values(generation=number, raised_at=moment).returning(*generations.c)
    if row := (await connection.execute(raised)).one_or_none():
        return _generation(row)
    await _lock(connection)
    await _read(connection) or await _first(connection, now)
    return _generation((await connection.execute(raised)).one())


async def _read(connection: AsyncConnection) -> Generation | None:
    row = (await connection.execute(sa.select(generations))).one_or_none()
    return _generation(row) if row else None


async def _first(connection: AsyncConnection, now: datetime) -> Generation:
    await connection.execute(sa.insert(generations).values(first_row() | {"raised_at": now}))
    return _generation((await connection.execute(sa.select(generations))).one())


async def _lock(connection: AsyncConnection) -> None:
    """Prevent concurrent assignment of an id; SQLite has only one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.text("LOCK TABLE generations IN SHARE ROW EXCLUSIVE MODE"))


def _generation(row: sa.Row[Any]) -> Generation:
    """Return the generation of a row. An unreadable one must not stop the delivery and counts as the initial one."""
    found = Generation(
        database_id=legible(row.database_id, "unreadable"),
        number=row.generation if isinstance(row.generation, int) else 0,
        raised_at=legible(row.raised_at, LONG_AGO),
    )
    if tuple(row) != (found.database_id, found.number, found.raised_at):
        report("generations", str(row.database_id), "the generation of the database cannot be read")
    return found
