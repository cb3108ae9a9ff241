"""Several processes on one database."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.domain.errors import StoreError
from bot.storage import open_store
from tests.builders import NOON, paper
from tests.databases import sqlite_url
from tests.process.forked import Ended
from tests.storage.elsewhere import paused, start
from tests.storage.harvests import harvest

KEEPS_PAPERS = """
async with open_store(url) as store:
    for number in range(10):
        await store.keep(harvest(paper(f"{os.getpid()}.{number}"), paper("shared"), observation("shared")))
"""
HOLDS_THE_LOCK = """
async with open_database(parse(url)) as database, database.write():
    print("locked", flush=True)
    sys.stdin.readline()
"""
DIES_BEFORE_ITS_END = """
async with open_database(parse(url)) as database, database.write() as connection:
    await save_fetch_result(connection, harvest(paper("unfinished"), observation("unfinished")))
    print("written", flush=True)
    sys.stdin.readline()
"""


async def test_processes_that_start_at_once_on_a_fresh_database_lose_nothing(database_url: str) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(start(KEEPS_PAPERS, database_url)) for _ in range(3)]
        ended = [process.wait() for process in processes]

    assert ended == [Ended(0, "", "")] * 3
    async with open_store(database_url) as store:
        assert await store.papers.count() == 3 * 10 + 1


async def test_a_process_that_dies_within_a_harvest_leaves_nothing_of_it(database_url: str) -> None:
    async with open_store(database_url) as store:
        await store.keep(harvest(paper("finished")))

    with paused(DIES_BEFORE_ITS_END, database_url):
        pass

    async with open_store(database_url) as store:
        await store.keep(harvest(paper("afterwards")))
        assert await store.papers.count() == 2
        assert await store.papers.get("unfinished") is None


async def test_a_lock_of_another_process_is_waited_for_then_told_and_nothing_is_lost(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path) + "?timeout=0.2"
    async with open_store(url) as store:
        await store.keep(harvest(paper("before")))

        with paused(HOLDS_THE_LOCK, url):
            with pytest.raises(StoreError, match=r"papers\.db has been locked by another process for more than 0\.2 s"):
                await store.keep(harvest(paper("meanwhile")))
            assert await store.papers.count() == 1

        await store.keep(harvest(paper("afterwards")))
        assert await store.papers.count() == 2


async def test_a_lock_that_is_released_in_time_is_waited_for(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    async with open_store(url) as store:
        with paused(HOLDS_THE_LOCK, url) as process:
            process.tell("go on")
            process.wait()

            await store.sources.succeeded("huggingface", NOON)

        assert len(await store.sources.all()) == 1
