"""The one way to the database: transactions that read, transactions that write, and what they say when they cannot."""

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

#: the execution option that says how a SQLite transaction begins
BEGIN = "sqlite_begin"

# A reader sees one moment, however many queries it takes, and never waits for a writer.
READ: dict[str, dict[str, Any]] = {
    "sqlite": {BEGIN: "BEGIN"},
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}
# A SQLite transaction that reads first and then wants to write fails at once when somebody else wrote in between;
# one that says so from the start waits its turn.
WRITE: dict[str, dict[str, Any]] = {"sqlite": {BEGIN: "BEGIN IMMEDIATE"}, "postgresql": {}}

#: Connections that stay open, and how many more there may be: all that `Connections` and the one writer ever use, so
#: that nobody waits for the pool itself.
_POOL = {"pool_size": 5, "max_overflow": AT_ONCE + 2 - 5}

#: A process that stands still in the middle of a transaction, as a virtual machine does that is moved, keeps its locks,
#: and everybody waits for them: PostgreSQL ends such a transaction after so long. It is less than a third of a lease.
IDLE_SECONDS = 10


class Database:
    """An open database. A transaction commits at its end, rolls back on any error, and raises `StoreError`."""

    def __init__(self, engine: AsyncEngine, waits: Waits) -> None:
        self._engine = engine
        self._connections = Connections(waits)
        # Within the process writers queue here: it is fair where SQLite's busy wait is not, and no two connections
        # ever write and checkpoint at once, which SQLite before 3.51.3 can answer with a damaged file
        # (https://www.sqlite.org/wal.html#walresetbug).
        # The writer has a connection of its own, so that who only reads waits for nobody who writes.
        self._writers = WriteTurns(waits) if is_sqlite(self.url) else self._connections
        #: what tells the file from every other one, once it is there; None on PostgreSQL
        self.file: tuple[int, int] | None = None

    @property
    def url(self) -> sa.URL:
        """Where it is; holds the password, so it is for `describe`, not for people."""
        return self._engine.url

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes nothing; that of the unit of work, once it has written."""
        self._check_file()
        unit = self._joined()
        with self.explained():
            if unit is not None and unit.connection is not None:
                yield unit.connection
                return
            engine = self._engine.execution_options(**READ[self.url.get_backend_name()])
            async with self._connections.one(), engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, apart: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; on SQLite only one at a time, over all processes.

        Inside a unit of work it is the unit's. What is kept `apart` (what the sources told, which list was shown) is
        nothing that a request changes: it has a transaction of its own as long as the unit has not begun one.
        """
        unit = self._joined()
        begin = self._transaction if unit is None or (apart and unit.connection is None) else unit.write
        with self.explained():
            async with begin() as connection:
                yield connection

    @asynccontextmanager
    async def unit_of_work(self, before_commit: Hook | None = None) -> AsyncIterator[None]:
        """One transaction for all that the current task writes, begun by its first write.

        `before_commit` writes in it, last of all. Only waits that are short belong behind the first write. Inside of
        another unit of work it is that one.
        """
        if before_commit is None and (unit := self._joined()) and not unit.read_only:
            yield
            return
        async with open_scope(self._transaction, before_commit=before_commit):
            yield

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[None]:
        """Let every write of the current task raise `WriteRefused`, but what is kept apart."""
        async with open_scope(self._transaction, read_only=True):
            yield

    async def settle(self) -> None:
        """Commit the unit of work now, before something that no database can undo; outside of one, do nothing."""
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
            engine = self._engine.execution_options(**WRITE[self.url.get_backend_name()])
            async with self._writers.one(), engine.begin() as connection:
                yield connection

    def _check_file(self) -> None:
        """SQLite goes on writing to a file that was deleted, and makes a new one for the next connection."""
        if self.file and self.file != _file(self.url):
            raise StoreError(
                f"{describe(self.url)} was deleted or replaced while it was in use. Nothing is sent until it is back: "
                "stop Paperboy, bring back the file, and start again."
            )

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turns what the drivers and the pool raise into `StoreError`; faults of our own statements go through."""
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
    """Connects, and closes every connection at the end. Raises `StoreError`.

    Without `foreign_keys` SQLite does not check them: a migration may rebuild a table that others point to. Whoever is
    `patient` waits for as long as a lock is held and a statement takes.
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
    """What tells a file from every other one; None where there is none."""
    try:
        found = os.stat(str(url.database))
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _postgresql(url: sa.URL, waits: Waits | None) -> AsyncEngine:
    try:
        # the ping costs one round trip and spares the first command after a restart of the server
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
    # the driver's own BEGIN comes late and is never IMMEDIATE; without an isolation level it keeps out of the way
    engine = create_async_engine(url, connect_args={"isolation_level": None}, **_POOL)

    def prepare(connection: Any, record: object) -> None:
        # SQLite's own lower() knows no letter beyond ASCII
        connection.create_function("lower", 1, str.lower, deterministic=True)
        cursor = connection.cursor()
        # Each commit is on the disk before it is reported: after a power cut the bot must still know what it has
        # sent. It costs one fsync per transaction, and a transaction here is a whole list.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {foreign_keys:d}")
        cursor.close()

    sa.event.listen(engine.sync_engine, "connect", prepare)
    sa.event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options()[BEGIN])


def _write_ahead(url: sa.URL) -> None:
    """Lets readers go on while somebody writes. The mode stays with the file.

    This is also the first look at the file, and by SQLite's plain driver: where it cannot be opened, the asynchronous
    one leaves a thread behind that may complain on its own.
    """
    with suppress(OSError):
        # SQLite makes its other files like this one; what hinders it is said by SQLite, with its own codes
        make_file(Path(str(url.database)))
    timeout = float(str(url.query["timeout"]))
    deadline = time.monotonic() + timeout
    with closing(sqlite3.connect(str(url.database), timeout)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # where somebody else is writing SQLite says so at once here, whatever the time-out
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.02)
