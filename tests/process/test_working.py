"""A worker in a process of its own, and the signals that end it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.storage import Store, open_store
from tests.databases import sqlite_url
from tests.process.shipped import Paperboy, Running, run_module
from tests.services.ledger import fill
from tests.storage.ledger import subscription

#: `paperboy work`, as it is where a surface is configured; this one takes its time over each message
WORKER = """
import asyncio, sys
from datetime import UTC, datetime
from bot.app import settings
from bot.app.cli.app import open_app
from bot.app.cli.working import work
from bot.domain.errors import PaperboyError
from tests.services.postbox import Postbox

class Slow(Postbox):
    async def send(self, *message, **wish):
        print("sending", flush=True)
        return await super().send(*message, **wish)

async def main(seconds):
    box = Slow(nonced=False)
    box.take(seconds)
    async with open_app(settings.load(), lambda: datetime.now(UTC), [box]) as app:
        await work(app, tick_seconds=0.2)

try:
    asyncio.run(main(float(sys.argv[1])))
except PaperboyError as error:
    sys.exit(str(error))
"""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Twenty chats wait for a digest."""
    async with open_store(sqlite_url(tmp_path)) as opened:
        await fill(opened, at=datetime.now(UTC) - timedelta(hours=1))
        for number in range(20):
            await opened.subscriptions.add(subscription(chat=Chat("test", str(number)), next_at=datetime.now(UTC)))
        yield opened


@asynccontextmanager
async def working(tmp_path: Path, seconds: float) -> AsyncIterator[Running]:
    """A worker that is sending; it is killed, wherever it stands, when the test is done with it."""
    child = await started(tmp_path, seconds)
    try:
        await child.until_printed(b"sending")
        yield child
    finally:
        child.kill()
        await child.communicate()


async def started(tmp_path: Path, seconds: float) -> Running:
    environment = Paperboy(tmp_path).environment({"PAPERBOY_DATABASE_URL": sqlite_url(tmp_path)})
    return await run_module("tests.process.script", WORKER, str(seconds), environment=environment, home=tmp_path)


async def states(store: Store) -> dict[DeliveryState, int]:
    return await store.deliveries.counts(datetime(2020, 1, 1, tzinfo=UTC).date())


async def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_flight(store: Store, tmp_path: Path) -> None:
    async with working(tmp_path, seconds=1) as child:
        told = time.monotonic()
        child.send_signal(signal.SIGTERM)
        code = await child.wait()

    assert code == 0
    assert time.monotonic() - told < 20
    assert await states(store) == {DeliveryState.SENT: 5, DeliveryState.PLANNED: 15}


async def test_a_worker_that_is_told_twice_stops_where_it_stands_and_nothing_is_lost(
    store: Store, tmp_path: Path
) -> None:
    async with working(tmp_path, seconds=30) as child:
        told = time.monotonic()
        child.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        child.send_signal(signal.SIGTERM)
        code = await child.wait()

    assert code == 128 + signal.SIGTERM
    # each of the messages takes 30 s
    assert time.monotonic() - told < 25
    after = await states(store)
    # the next five may have been claimed meanwhile; nothing of them has left, so that another worker takes them in time
    assert after.pop(DeliveryState.SENDING) == 5
    assert set(after) <= {DeliveryState.CLAIMED, DeliveryState.PLANNED}
    assert sum(after.values()) == 15


async def test_a_second_worker_on_the_same_file_is_refused_with_a_sentence(store: Store, tmp_path: Path) -> None:
    async with working(tmp_path, seconds=30) as child:
        second = await started(tmp_path, seconds=0)
        _, said = await second.communicate()

    assert second.returncode == 1
    assert f"papers.db (process {child.pid})" in said.decode()
