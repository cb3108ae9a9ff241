"""The id of a database and its generation, by which a copy that was put back is told from the newest state.

A copy has the id and the generation of the moment at which it was made. The generation is raised in the transaction
that says that messages are about to leave, so whoever has kept a higher one elsewhere knows that more was sent since.
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

#: before any database was made
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """How far the ledger of a database has come."""

    database_id: str
    number: int
    #: when it was raised last; nothing that was due later has been sent in this generation or an earlier one
    raised_at: datetime

    def is_ahead_of(self, other: Generation) -> bool:
        """Whether it is of the same database in a later state."""
        return self.database_id == other.database_id and self.number > other.number


class Generations:
    """The generation of the one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: the newest that this process has committed
        self.newest: Generation | None = None

    async def read(self, now: datetime) -> Generation:
        """Return the present one; a database that has none yet gets its id first."""
        async with self._database.read() as connection:
            found = await _read(connection)
        if found:
            return found
        async with self._database.write() as connection:
            await _lock(connection)
            return await _read(connection) or await _first(connection, now)

    async def surpass(self, other: Generation, now: datetime) -> Generation:
        """Raise it above another one of the same database."""
        async with self._database.write() as connection:
            raised = await raise_generation(connection, now, above=other.number)
        self.committed(raised)
        return raised

    def committed(self, raised: Generation | None) -> None:
        """Remember a generation whose transaction has ended."""
        newest = self.newest
        if raised and (newest is None or newest.database_id != raised.database_id or raised.is_ahead_of(newest)):
            self.newest = raised


def first_row() -> dict[str, object]:
    """What a database that is made now begins with."""
    return {"database_id": uuid.uuid4().hex, "generation": 0, "raised_at": LONG_AGO}


async def raise_generation(connection: AsyncConnection, now: datetime, *, above: int = 0) -> Generation:
    """Raise it in the connection's transaction, by one or above a number. Others wait for the transaction's end."""
    # the moment never goes back with a clock, as it stands for everything that was sent before
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
    """Let nobody else give an id meanwhile; on SQLite whoever writes is alone anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.text("LOCK TABLE generations IN SHARE ROW EXCLUSIVE MODE"))


def _generation(row: sa.Row[Any]) -> Generation:
    """Return what stands there. What cannot be read must not stop the delivery: it counts as the beginning."""
    found = Generation(
        database_id=legible(row.database_id, "unreadable"),
        number=row.generation if isinstance(row.generation, int) else 0,
        raised_at=legible(row.raised_at, LONG_AGO),
    )
    if tuple(row) != (found.database_id, found.number, found.raised_at):
        report("generations", str(row.database_id), "the generation of the database cannot be read")
    return found
