"""A worker that stays: it ticks, it waits for a database that is away, and it ends in good order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.workers import serve
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import SettingsError
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.services.retention import RetentionService
from bot.storage import Store, open_store
from bot.storage.address import parse
from tests.databases import Postgres, connected, sqlite_url
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import subscription

TICK_SECONDS = 0.05
STATES = DeliveryState


def clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def served(store: Store, box: Postbox) -> AsyncIterator[asyncio.Event]:
    """A worker for as long as the context lasts; it is told to stop at the end, and must have stopped."""
    stop = asyncio.Event()
    task = asyncio.create_task(serve(worker(store, box), store, clock, stop, tick_seconds=TICK_SECONDS))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(30):
            await task


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is there."""
    async with asyncio.timeout(20):
        while not await true():  # noqa: ASYNC110 - nothing tells when a row is there
            await asyncio.sleep(0.02)


def hold(url: str, seconds: float) -> None:
    """Lock the whole file, as a backup or a curious person would."""
    with connected(url) as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.exec_driver_sql("ROLLBACK")


async def due(store: Store, count: int = 1) -> None:
    """So many chats wait for a digest."""
    await fill(store, at=clock() - timedelta(hours=1))
    for number in range(count):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number)), next_at=clock()))


async def test_what_is_due_goes_out_and_so_does_what_becomes_due_later(store: Store) -> None:
    box = Postbox()
    await due(store)

    async with served(store, box):
        await until(lambda: _arrived(box, 1))
        await store.subscriptions.add(
            subscription(chat=Chat("test", "later"), next_at=clock() + timedelta(seconds=0.2))
        )
        await until(lambda: _arrived(box, 2))

    assert [message.chat.id for message in box.arrived] == ["0", "later"]
    noted = await store.notes.get("tick")
    assert noted is not None
    assert noted[0] == "a"


async def test_what_is_in_flight_when_a_worker_is_told_to_stop_is_finished(store: Store) -> None:
    box = Postbox(nonced=False)
    box.take(seconds=0.5)
    await due(store, 20)

    async with served(store, box):
        await until(lambda: _arrived(box, 1))

    counted = await store.deliveries.counts(datetime(2020, 1, 1, tzinfo=UTC).date())
    assert counted[STATES.SENT] == len(box.arrived) == 5
    assert counted[STATES.PLANNED] == 15


async def test_one_chat_that_takes_long_holds_up_nobody_and_no_more_than_five_are_on_their_way(store: Store) -> None:
    box = Slow()
    await due(store, 20)

    async with served(store, box):
        await until(lambda: _all_sent(store, 19))
        box.hangs.set()
        await until(lambda: _all_sent(store, 20))

    assert box.most == 5


class Slow(Postbox):
    """A platform without nonces that answers for one chat only when it is told to."""

    def __init__(self) -> None:
        super().__init__(nonced=False)
        self.hangs = asyncio.Event()
        self.most = 0
        self._here = 0

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        self._here += 1
        self.most = max(self.most, self._here)
        await (self.hangs.wait() if chat.id == "3" else asyncio.sleep(0.05))
        self._here -= 1
        return await super().send(chat, part, nonce=nonce, silent=silent, role=role)


async def test_a_database_that_is_locked_for_a_while_costs_nothing(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path) + "?timeout=0.1"
    box = Postbox(nonced=False)
    async with open_store(url) as store:
        await due(store, 3)
        async with served(store, box):
            await until(lambda: _arrived(box, 1))
            await asyncio.to_thread(hold, sqlite_url(tmp_path), seconds=1)
            await until(lambda: _all_sent(store, 3))

        assert len(box.arrived) == 3


async def test_a_server_that_has_no_connection_left_is_waited_for(postgres: Postgres) -> None:
    box = Postbox(nonced=False)
    postgres.execute("CREATE ROLE patient LOGIN")
    with postgres.database() as url:
        postgres.execute(f"ALTER DATABASE {parse(url).database} OWNER TO patient")
        async with open_store(url.replace("postgres@", "patient@")) as store:
            await due(store)
            async with served(store, box):
                await until(lambda: _arrived(box, 1))
                later = subscription(chat=Chat("test", "later"), next_at=clock() + timedelta(seconds=0.5))
                await store.subscriptions.add(later)
                postgres.execute("ALTER ROLE patient CONNECTION LIMIT 0")
                postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'patient'")
                await asyncio.sleep(1)
                before = len(box.arrived)
                postgres.execute("ALTER ROLE patient CONNECTION LIMIT -1")
                await until(lambda: _arrived(box, 2))

    assert before == 1


async def test_a_database_that_everything_has_moved_from_is_not_served(store: Store) -> None:
    await store.notes.put("moved", "The PostgreSQL database 'papers' on db", clock())

    with pytest.raises(SettingsError, match=r"moved to another database on .*: The PostgreSQL database 'papers' on db"):
        await serve(worker(store, Postbox()), store, clock, asyncio.Event())


async def _arrived(box: Postbox, count: int) -> bool:
    return len(box.arrived) >= count


async def _all_sent(store: Store, count: int) -> bool:
    return len(await store.deliveries.find(state=STATES.SENT)) == count


async def test_a_worker_deletes_what_is_stored_too_long(sqlite_store: Store) -> None:
    gone, stop = Chat("test", "1"), asyncio.Event()
    await sqlite_store.subscriptions.add(subscription(chat=gone, next_at=None))
    await sqlite_store.removed_chats.put("test", ["1"], clock() - timedelta(days=91))
    retention = RetentionService(sqlite_store, timedelta(days=90), "a")

    deliverer = worker(sqlite_store, Postbox())
    task = asyncio.create_task(serve(deliverer, sqlite_store, clock, stop, retention=retention))

    async def deleted() -> bool:
        return await sqlite_store.subscriptions.count() == 0

    try:
        await until(deleted)
    finally:
        stop.set()
        await task
