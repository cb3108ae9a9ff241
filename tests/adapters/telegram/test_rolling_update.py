"""Two processes with one token and one database: one polls, the other takes over where it has stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.telegram.polling_lease import PollingLeaseLost, poll_leased, polling_lease
from adapters.telegram.surface import Telegram
from bot.commands import COMMANDS, Reply
from bot.commands.facade import BotService
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Request
from bot.domain.sharding import ShardState
from bot.services.bundle import Services, build_services
from bot.services.shard_leases import DURATION, ShardLeases
from bot.storage import Store
from tests.adapters.telegram.conftest import NOW, listening
from tests.adapters.telegram.server import TOKEN, Fault, LocalTelegram
from tests.adapters.telegram.world import BOT_ID, Person

PRIVACY = "/forget"


@pytest.fixture
def ada(server: LocalTelegram) -> Person:
    return server.world.add_person("Ada", 7)


class SlowService(BotService):
    """Answers the first requests late."""

    def __init__(self, services: Services, slow: int, seconds: float) -> None:
        super().__init__(services, lambda: NOW)
        self.started = 0
        self._slow, self._seconds = slow, seconds

    async def respond(self, request: Request) -> Reply:
        """Wait, then answer."""
        self.started += 1
        if self.started <= self._slow:
            await asyncio.sleep(self._seconds)
        return await super().respond(request)


@asynccontextmanager
async def process(server: LocalTelegram, *, drain_seconds: float = 5.0) -> AsyncIterator[Telegram]:
    """A process of its own, with its own connection."""
    async with Telegram(
        TOKEN, server.url, known=COMMANDS, allowance=Allowance(), drain_seconds=drain_seconds
    ) as opened:
        yield opened


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_rolling_update_answers_every_message_once(
    server: LocalTelegram, surface: Telegram, sample_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    people = [server.world.add_person(f"P{number}", 100 + number) for number in range(12)]
    service = SlowService(build_services(sample_store), 4, 0.2)
    first = asyncio.create_task(surface.listen(service))
    await server.until(lambda: server.count("getUpdates") > 0)
    async with process(server) as next_one, listening(next_one, sample_store):
        await asyncio.wait_for(_logged(caplog, "waiting for polling"), 30)
        for person in people[:6]:
            await server.say(person, "/privacy")
        await server.until(lambda: service.started > 2)
        stopping = asyncio.create_task(stop(first))
        for person in people[6:]:
            await server.say(person, "/privacy")
        await stopping
        await server.until(lambda: all(server.world.of(each.id) for each in people))

    assert [len(server.world.of(each.id)) for each in people] == [1] * len(people)
    assert not any("another process is polling" in str(each.__dict__.get("facts")) for each in caplog.records)


async def test_all_that_one_person_has_sent_is_answered_before_the_process_ends(
    server: LocalTelegram, surface: Telegram, sample_store: Store, ada: Person
) -> None:
    service = SlowService(build_services(sample_store), 4, 0.05)
    task = asyncio.create_task(surface.listen(service))
    for _ in range(4):
        await server.say(ada, "/privacy")
    await server.until(lambda: service.started > 0)

    await stop(task)

    assert [PRIVACY in each.text for each in server.world.of(ada.id)] == [True] * 4


async def test_what_was_fetched_and_not_acknowledged_is_answered_once(
    server: LocalTelegram, surface: Telegram, sample_store: Store, ada: Person
) -> None:
    service = SlowService(build_services(sample_store), 1, 0.2)
    task = asyncio.create_task(surface.listen(service))
    await server.until(lambda: server.count("getUpdates") > 0)
    # the poll that brings the update succeeds; the ones that would acknowledge it do not
    await server.say(ada, "/privacy")
    for _ in range(3):
        server.fail("getUpdates", Fault("reset"))
    await server.until(lambda: service.started == 1)
    await stop(task)

    async with process(server) as second, listening(second, sample_store):
        eve = server.world.add_person("Eve", 8)
        await server.say(eve, "/privacy")
        await server.until(lambda: bool(server.world.of(eve.id)))
    assert len(server.world.of(ada.id)) == 1


async def test_a_process_that_ends_in_the_middle_says_so(
    server: LocalTelegram, sample_store: Store, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    async with process(server, drain_seconds=0.0) as first:
        service = SlowService(build_services(sample_store), 1, 600)
        task = asyncio.create_task(first.listen(service))
        await server.say(ada, "/privacy")
        await server.until(lambda: service.started == 1)
        await stop(task)

    assert [each.message for each in caplog.records].count("not everything answered before the end") == 1


async def test_a_poller_that_has_lost_its_lease_stops_after_finishing(sample_store: Store) -> None:
    now = [NOW]
    leases = ShardLeases(sample_store.shards, lambda: now[0])
    ours = replace(polling_lease(leases, BOT_ID, "one"), renew_seconds=0.0)
    finished = asyncio.Event()

    async def finish() -> None:
        finished.set()

    async def poll() -> None:
        now[0] += 2 * DURATION
        assert await leases.acquire(replace(ours.lease, owner="two"), ShardState.LISTENING) is None
        await asyncio.Event().wait()

    async with asyncio.timeout(30):
        with pytest.raises(PollingLeaseLost):
            await poll_leased(ours, poll, finish)

    assert finished.is_set()


async def _logged(caplog: pytest.LogCaptureFixture, event: str) -> None:
    while not any(each.message == event for each in caplog.records):  # noqa: ASYNC110 - the log tells nobody
        await asyncio.sleep(0.01)
