"""Database access: read and write transactions, units of work, connection setup and error translation."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.errors import StoreError
from bot.domain.private_files import make_file
from bot.storage.address import describe, is_sqlite
from bot.storage.admission import AT_ONCE, Connections, Full, Waits, WriteTurns
from bot.storage.errors import FULL, explain
from bot.storage.unit import Hook, Scope, joined, open_scope
from bot.version import extra

#: execution option with the BEGIN statement of a SQLite transaction
BEGIN = "sqlite_begin"

# A read transaction sees one snapshot for all its queries and never waits for a writer.
READ: dict[str, dict[str, Any]] = {
    "sqlite": {BEGIN: "BEGIN"},
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}
# A SQLite transaction that starts by reading fails immediately if it writes after another writer committed; BEGIN
# IMMEDIATE waits for the write lock instead.
WRITE: dict[str, dict[str, Any]] = {"sqlite": {BEGIN: "BEGIN IMMEDIATE"}, "postgresql": {}}

#: Open and additional connections: enough for `Connections` and the one writer, so that nothing waits for the pool.
#: Values are left out of errors, as they may be tokens and end in the log.
_POOL: dict[str, Any] = {"pool_size": 5, "max_overflow": AT_ONCE + 2 - 5, "hide_parameters": True}

#: A process that is suspended during a transaction, such as a virtual machine being migrated, keeps its locks;
#: PostgreSQL aborts the transaction after this time, which is less than a third of a lease.
IDLE_SECONDS = 10


class Database:
    """An open database. Transactions commit at the end, roll back on any exception, and raise `StoreError`."""

    def __init__(self, engine: AsyncEngine, waits: Waits) -> None:
        self._engine = engine
        backend = engine.url.get_backend_name()
        self._reading = engine.execution_options(**READ[backend])
        self._writing = engine.execution_options(**WRITE[backend])
        self._connections = Connections(waits)
        # Writers of the process queue here: unlike SQLite's busy wait this is fair, and no two connections write and
        # checkpoint at the same time, which can corrupt the file with SQLite before 3.51.3
        # (https://www.sqlite.org/wal.html#walresetbug). The writer has a connection of its own, so that readers never
        # wait for writers.
        self._writers = WriteTurns(waits) if is_sqlite(self.url) else self._connections
        #: identity of the SQLite file once it is open; None on PostgreSQL
        self.file: tuple[int, int] | None = None

    @property
    def url(self) -> sa.URL:
        """URL including the password; use `describe` for messages."""
        return self._engine.url

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Begin a read transaction; within a unit of work that has written, use its transaction."""
        self._check_file()
        unit = self._joined()
        with self.explained():
            if unit is not None and unit.connection is not None:
                yield unit.connection
                return
            async with self._connections.one(), self._reading.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, apart: bool = False) -> AsyncIterator[AsyncConnection]:
        """Begin a write transaction; SQLite allows one at a time, across processes.

        Within a unit of work it is the unit's transaction. `apart` marks data that is not part of a request's
        changes (source data, last shown lists): it gets a transaction of its own until the unit has begun one.
        """
        unit = self._joined()
        begin = self._transaction if unit is None or (apart and unit.connection is None) else unit.write
        with self.explained():
            async with begin() as connection:
                yield connection

    @asynccontextmanager
    async def unit_of_work(self, before_commit: Hook | None = None) -> AsyncIterator[None]:
        """Open one transaction for all writes of the current task; it begins with the first write.

        `before_commit` runs last within it. After the first write, only short waits are acceptable. A nested unit of
        work joins the outer one.
        """
        if before_commit is None and (unit := self._joined()) and not unit.read_only:
            yield
            return
        async with open_scope(self._transaction, before_commit=before_commit):
            yield

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[None]:
        """Make every write of the current task raise `WriteRefused`, except those with `apart`."""
        async with open_scope(self._transaction, read_only=True):
            yield

    async def settle(self) -> None:
        """Commit the unit of work now, before an action that cannot be rolled back; do nothing outside of one."""
        if unit := self._joined():
            with self.explained():
                await unit.settle()

    def _joined(self) -> Scope | None:
        unit = joined()
        return unit if unit is not None and unit.begin == self._transaction else None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        self._check_file()
        with self.explained():
            async with self._writers.one(), self._writing.begin() as connection:
                yield connection

    def _check_file(self) -> None:
        """Raise if the file was replaced: SQLite would continue to write to the deleted file."""
        if self.file and self.file != _file(self.url):
            raise StoreError(
                f"{describe(self.url)} was deleted or replaced while it was in use. Nothing is sent until it is back: "
                "stop Paperboy, restore the file, and start again."
            )

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Convert errors of drivers and the pool to `StoreError`; errors in our own statements are not converted."""
        try:
            yield
        except Full as error:
            raise StoreError(FULL.format(place=describe(self.url))) from error
        except (SQLAlchemyError, sqlite3.Error, self._engine.dialect.loaded_dbapi.Error) as error:
            sentence = explain(error, self.url)
            if sentence is None:
                raise
            raise StoreError(sentence) from error


@asynccontextmanager
async def open_database(
    url: sa.URL,
    *,
    foreign_keys: bool = True,
    waits: Waits = Waits(),  # noqa: B008 - frozen
    patient: bool = False,
) -> AsyncIterator[Database]:
    """Connect, and close all connections at the end. Raise `StoreError`.

    Without `foreign_keys` SQLite does not check them, so that a migration can rebuild a referenced table. With
    `patient` there are no timeouts for locks and statements.
    """
    engine = _sqlite(url, foreign_keys) if is_sqlite(url) else _postgresql(url, None if patient else waits)
    database = Database(engine, waits)
    try:
        if is_sqlite(url):
            with database.explained():
                await asyncio.to_thread(_write_ahead, url)
            database.file = _file(url)
        yield database
    finally:
        await engine.dispose()


def _file(url: sa.URL) -> tuple[int, int] | None:
    """Return the identity of a file (device, inode), or None if it does not exist."""
    try:
        found = os.stat(str(url.database))
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _postgresql(url: sa.URL, waits: Waits | None) -> AsyncEngine:
    try:
        # the ping costs one round trip and prevents an error in the first statement after a server restart
        engine = create_async_engine(url, pool_pre_ping=True, **_POOL)
    except ImportError as error:
        raise StoreError(f"{describe(url)} needs a driver: {extra('postgres')}.") from error

    def prepare(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        if waits:
            cursor.execute(f"SET lock_timeout = '{round(waits.lock * 1000)}ms'")
            cursor.execute(f"SET statement_timeout = '{round(waits.statement * 1000)}ms'")
        cursor.close()
        connection.commit()

    sa.event.listen(engine.sync_engine, "connect", prepare)
    return engine


def _sqlite(url: sa.URL, foreign_keys: bool) -> AsyncEngine:
    # the driver's implicit BEGIN comes late and is never IMMEDIATE; isolation_level None disables it
    engine = create_async_engine(url, connect_args={"isolation_level": None}, **_POOL)

    def prepare(connection: Any, record: object) -> None:
        # SQLite's own lower() handles ASCII only
        connection.create_function("lower", 1, str.lower, deterministic=True)
        cursor = connection.cursor()
        # Commits are durable before they are reported, so that after a power failure the bot knows what it has sent.
        # That costs one fsync per transaction, and a transaction typically saves a whole list.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {foreign_keys:d}")
        cursor.close()

    sa.event.listen(engine.sync_engine, "connect", prepare)
    sa.event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options()[BEGIN])


def _write_ahead(url: sa.URL) -> None:
    """Switch to WAL mode, in which readers are not blocked by writers. The mode is stored in the file.

    This is also the first access to the file, with SQLite's synchronous driver: if it cannot be opened, the
    asynchronous one leaves a thread behind that may log errors of its own.
    """
    with suppress(OSError):
        # SQLite creates its other files with the permissions of this one; errors are reported by SQLite itself
        make_file(Path(str(url.database)))
    timeout = float(str(url.query["timeout"]))
    deadline = time.monotonic() + timeout
    with closing(sqlite3.connect(str(url.database), timeout)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # this pragma fails immediately if another process is writing, regardless of the timeout
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.02)
