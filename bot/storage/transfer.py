"""Copy a database to another one, with all ids and id sequences."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import StoreError
from bot.storage.address import describe, is_sqlite, make_room, parse
from bot.storage.database import Database, open_database
from bot.storage.metadata import MOVED
from bot.storage.migrate import bring_up_to_date
from bot.storage.process_lock import serving
from bot.storage.schema import generations, metadata, notes
from bot.storage.upsert import upsert

#: rows per statement
_BATCH = 1000
_WITH_SEQUENCE = [
    table for table in metadata.sorted_tables if "id" in table.c and isinstance(table.c.id.type, sa.BigInteger)
]


#: called with the number of rows copied and the total
Copied = Callable[[int, int], None]


def _tell_nobody(done: int, total: int) -> None:
    pass


@dataclass(slots=True)
class _Tally:
    """Progress of copying, in rows."""

    total: int
    tell: Copied
    done: int = 0

    def add(self, rows: int) -> None:
        self.done += rows
        self.tell(self.done, self.total)


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A copied table."""

    table: str
    rows: int


async def move(source: str, target: str, now: datetime, copied: Copied | None = None) -> list[CopiedTable]:
    """Copy everything into an empty database in one transaction. `copied` reports the progress in rows.

    Delivery states are preserved, so nothing is sent twice or lost. The source records where it was moved to and is
    no longer delivered from. Raise `StoreError` if the source is in use or not a Paperboy database, or if the target
    is not empty.
    """
    old, new = parse(source), parse(target)
    _must_be_there(old)
    if is_sqlite(new):
        make_room(new)
    async with AsyncExitStack() as stack:
        stack.enter_context(serving(source))
        reading = await stack.enter_async_context(open_database(old, patient=True))
        writing = await stack.enter_async_context(open_database(new, patient=True))
        await bring_up_to_date(reading)
        await bring_up_to_date(writing)
        async with _snapshot(reading) as there, writing.write() as here:
            await _must_be_empty(here, writing)
            tally = _Tally(await _rows(there) if copied else 0, copied or _tell_nobody)
            moved = [
                CopiedTable(table.name, await _copy(there, here, table, tally)) for table in metadata.sorted_tables
            ]
            for table in metadata.sorted_tables:
                await _must_be_equal(there, here, table)
            for table in _WITH_SEQUENCE:
                await _set_sequence(here, table, await _last_id(there, table))
        async with reading.write() as connection:
            await upsert(connection, notes, [{"name": MOVED, "text": describe(new), "noted_at": now}])
    return moved


@asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[AsyncConnection]:
    """Open a snapshot of the database; a SQLite file is locked against writes meanwhile."""
    async with database.write() if is_sqlite(database.url) else database.read() as connection:
        yield connection


def _must_be_there(url: sa.URL) -> None:
    if is_sqlite(url) and not Path(str(url.database)).is_file():
        raise StoreError(f"There is no file {url.database}.")


async def _must_be_empty(connection: AsyncConnection, database: Database) -> None:
    # a new database has an id of its own and takes over that of the database it continues
    await connection.execute(sa.delete(generations))
    for table in metadata.sorted_tables:
        if await connection.scalar(sa.select(sa.literal(1)).select_from(table).limit(1)):
            raise StoreError(
                f"{describe(database.url)} has rows in its table {table.name!r}. Choose an empty database."
            )


async def _rows(connection: AsyncConnection) -> int:
    counts = [await connection.scalar(sa.select(sa.func.count()).select_from(each)) for each in metadata.sorted_tables]
    return sum(filter(None, counts))


async def _copy(there: AsyncConnection, here: AsyncConnection, table: sa.Table, tally: _Tally) -> int:
    copied = 0
    async with there.stream(sa.select(table)) as rows:
        async for some in rows.mappings().partitions(_BATCH):
            await here.execute(sa.insert(table), [dict(row) for row in some])
            copied += len(some)
            tally.add(len(some))
    return copied


async def _must_be_equal(there: AsyncConnection, here: AsyncConnection, table: sa.Table) -> None:
    source_keys, target_keys = await _keys(there, table), await _keys(here, table)
    if source_keys != target_keys:
        raise StoreError(
            f"The copy of table {table.name!r} differs from the original: {source_keys[0]} rows became "
            f"{target_keys[0]}, or the keys are different."
        )


async def _keys(connection: AsyncConnection, table: sa.Table) -> tuple[int, int]:
    """Return the number of rows and an order-independent checksum of their keys."""
    count = total = 0
    async with connection.stream(sa.select(*table.primary_key.columns)) as rows:
        async for row in rows:
            count += 1
            total += int.from_bytes(hashlib.blake2b(repr(tuple(row)).encode(), digest_size=8).digest())
    return count, total % 2**64


async def _last_id(connection: AsyncConnection, table: sa.Table) -> int:
    """Return the highest id ever assigned, including deleted rows; ids are not reused."""
    highest = await connection.scalar(sa.select(sa.func.max(table.c.id))) or 0
    given: int | None
    if connection.dialect.name == "postgresql":
        sequence = await connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, "id")))
        given = await connection.scalar(sa.text(f"SELECT last_value FROM {sequence} WHERE is_called"))  # noqa: S608
    else:
        given = await connection.scalar(
            sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
        )
    return max(highest, given or 0)


async def _set_sequence(connection: AsyncConnection, table: sa.Table, last: int) -> None:
    if not last:
        return
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), last)))
        return
    facts = {"name": table.name, "last": last}
    await connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), facts)
    await connection.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), facts)
