"""Transactions: readers see one moment, writers take turns, SQLite is told to be strict."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import StoreError
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.storage import Store, open_store
from bot.storage.address import parse
from bot.storage.database import Database, open_database
from bot.storage.schema import observations, papers
from tests.builders import NOON, paper
from tests.databases import sqlite_url
from tests.storage.harvests import harvest

COUNT = sa.select(sa.func.count()).select_from(papers)
ORPHAN = {"paper_id": "nobody's", "source": "huggingface", "seen_at": NOON, "votes": 1}


@pytest.fixture
async def database(store: Store, store_url: str) -> AsyncIterator[Database]:
    async with open_database(parse(store_url)) as opened:
        yield opened


async def test_a_reader_sees_one_moment(store: Store, database: Database) -> None:
    async with database.read() as reader:
        before = await reader.scalar(COUNT)

        await store.keep(harvest(paper()))

        assert await reader.scalar(COUNT) == before == 0
    assert await store.papers.count() == 1


async def test_readers_do_not_wait_for_a_writer(store: Store, database: Database) -> None:
    async with database.write() as writer:
        await writer.execute(sa.delete(papers))

        async with asyncio.timeout(30):
            assert await store.papers.count() == 0


async def test_what_fails_is_rolled_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await write_and_fail(database)

    async with database.read() as reader:
        assert await reader.scalar(sa.text("SELECT count(*) FROM sources")) == 0


async def write_and_fail(database: Database) -> None:
    async with database.write() as writer:
        await writer.execute(sa.text("INSERT INTO sources (name, failures, trouble) VALUES ('x', 0, '')"))
        raise ZeroDivisionError


async def test_writers_that_read_first_take_turns(store: Store, database: Database) -> None:
    async def add_one() -> None:
        async with database.write() as writer:
            number = await writer.scalar(COUNT)
            await store.papers.count()
            await writer.execute(sa.text("UPDATE sources SET failures = failures + 1"))
            assert await writer.scalar(COUNT) == number

    await store.sources.failed("huggingface", NOON, SourceTrouble(TroubleCode.STATUS, "500"), None)

    await asyncio.gather(*(add_one() for _ in range(10)))

    (state,) = await store.sources.all()
    assert state.failures == 11


async def test_an_observation_without_its_paper_is_refused_by_the_database_itself(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await insert_orphan(database)


async def insert_orphan(database: Database) -> None:
    async with database.write() as writer:
        await writer.execute(observations.insert(), ORPHAN)


async def test_a_file_on_which_somebody_is_at_work_is_opened_when_they_are_done(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "papers.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        opening = asyncio.create_task(open_and_close(sqlite_url(tmp_path)))
        await asyncio.sleep(0.1)
        assert not opening.done()
        other.execute("COMMIT")

        await opening


async def test_a_file_on_which_somebody_is_at_work_for_ever_is_given_up(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "papers.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match=r"locked by another process for more than 0\.1 seconds"):
            await open_and_close(sqlite_url(tmp_path) + "?timeout=0.1")


async def open_and_close(url: str) -> None:
    async with open_store(url):
        pass


async def test_sqlite_forgets_nothing_that_it_has_reported(tmp_path: Path) -> None:
    async with open_database(parse(sqlite_url(tmp_path))) as database, database.read() as reader:
        settings = [await reader.scalar(sa.text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")]

    assert settings == ["wal", 2]
