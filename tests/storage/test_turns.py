"""Turns of a source: one request at a time, and not too often, over all processes of an installation."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from pathlib import Path

import pytest

from bot.domain.asker import on_behalf_of
from bot.domain.errors import StoreError
from bot.sources.arxiv import Arxiv
from bot.sources.http import FetchPolicy
from bot.storage import Store, open_store
from bot.storage.turns import DatabaseTurns
from tests.builders import NOON
from tests.databases import connected, sqlite_url
from tests.local_http import LocalHttp, Reply
from tests.sources.bodies import feed
from tests.storage.elsewhere import run

PACE = 0.1
#: asks the catalogue for papers at a URL, as a second installation on the same database would
ASKS = """
from bot.sources.arxiv import Arxiv
from bot.sources.http import FetchPolicy
from tests.builders import NOON

async with open_store(url) as store:
    manners = FetchPolicy(pace=PACE, turns="arxiv")
    async with Arxiv("SERVER", turns=store.turns, manners=manners) as source:
        for _ in range(3):
            await source.papers(["2604.00001"], NOON)
"""


def _delete(directory: Path) -> None:
    for file in directory.iterdir():
        file.unlink()


async def test_turns_are_taken_one_after_the_other_with_the_pace_between_them(store: Store) -> None:
    began: list[float] = []
    at_once = 0

    async def ask() -> None:
        nonlocal at_once
        async with store.turns.turn("arxiv", PACE, 5):
            at_once += 1
            began.append(time.monotonic())
            assert at_once == 1
            await asyncio.sleep(0.01)
            at_once -= 1

    await asyncio.gather(*(ask() for _ in range(4)))

    assert all(later - earlier >= PACE * 0.95 for earlier, later in pairwise(began))


async def test_sources_do_not_wait_for_each_other(store: Store) -> None:
    async with store.turns.turn("arxiv", 60, 60), asyncio.timeout(30), store.turns.turn("biorxiv", 60, 60):
        pass


async def test_the_turn_of_a_process_that_died_ends_with_its_lease(store: Store) -> None:
    holding = store.turns.turn("arxiv", 60, 0.1)
    await holding.__aenter__()

    async with asyncio.timeout(30), store.turns.turn("arxiv", PACE, 5):
        pass


async def test_a_request_that_fails_gives_its_turn_back(store: Store) -> None:
    with pytest.raises(ValueError, match="lost"):
        async with store.turns.turn("arxiv", 0, 60):
            raise ValueError("lost")

    async with asyncio.timeout(30), store.turns.turn("arxiv", PACE, 5):
        pass


async def test_a_clock_that_was_set_back_blocks_nobody(database_url: str) -> None:
    async with open_store(database_url) as store:
        async with store.turns.turn("arxiv", PACE, 5):
            pass
        with connected(database_url) as connection:
            connection.exec_driver_sql("UPDATE source_turns SET free_at = free_at + 86400")

        async with asyncio.timeout(30), store.turns.turn("arxiv", PACE, 5):
            pass


async def test_a_database_that_cannot_be_written_does_not_stop_requests(tmp_path: Path) -> None:
    async with open_store(sqlite_url(tmp_path)) as store:
        _delete(tmp_path)
        with pytest.raises(StoreError):
            await store.check()

        async with asyncio.timeout(30), store.turns.turn("arxiv", PACE, 5):
            pass


async def test_two_processes_together_ask_once_within_the_pace(database_url: str) -> None:
    async with open_store(database_url) as store, LocalHttp(Reply(body=feed())) as server:
        body = ASKS.replace("PACE", str(PACE)).replace("SERVER", server.url)
        other = asyncio.create_task(asyncio.to_thread(run, body, database_url))
        manners = FetchPolicy(pace=PACE, turns="arxiv")
        async with Arxiv(server.url, turns=store.turns, manners=manners) as source:
            while not other.done():
                await source.papers(["2604.00001"], NOON)
            await other

    moments = [asked.at for asked in server.asked]
    assert len(moments) > 3
    assert server.busiest == 1
    assert min(later - earlier for earlier, later in pairwise(moments)) >= PACE * 0.95


async def test_a_client_without_a_shared_name_takes_no_turns() -> None:
    class Nobodys(DatabaseTurns):
        """Turns that nobody may take."""

        def __init__(self) -> None:
            pass

    async with (
        LocalHttp(Reply(body=feed())) as server,
        Arxiv(server.url, turns=Nobodys(), manners=FetchPolicy()) as source,
    ):
        await source.papers(["2604.00001"], NOON)

    assert len(server.asked) == 1


async def test_a_round_over_many_lists_leaves_every_other_turn_to_people(store: Store) -> None:
    order: list[str] = []
    started = asyncio.Event()

    async def lists() -> None:
        for _ in range(5):
            async with store.turns.turn("arxiv", PACE, 5):
                order.append("list")
                started.set()

    async def person(name: str) -> None:
        with on_behalf_of(name):
            async with store.turns.turn("arxiv", PACE, 5):
                order.append("person")

    at_work = asyncio.create_task(lists())
    await started.wait()
    await asyncio.gather(*(person(name) for name in "ab"))
    await at_work

    # after a list comes a person, and after a person anybody
    assert max(place for place, who in enumerate(order) if who == "person") <= 3
    assert order[:2] == ["list", "person"]
    assert order.count("list") == 5


async def test_a_person_who_gives_up_does_not_hold_up_the_lists(store: Store) -> None:
    async def person() -> None:
        with on_behalf_of("ada"):
            async with store.turns.turn("arxiv", PACE, 5):
                raise AssertionError

    async with store.turns.turn("arxiv", PACE, 5):
        waiting = asyncio.create_task(person())
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(5), store.turns.turn("arxiv", PACE, 5):
        pass
