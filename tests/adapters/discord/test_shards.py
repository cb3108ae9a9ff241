"""Two processes with one token and one database: one listens, the other waits, and nothing is answered twice."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord.config import DiscordConfig
from adapters.discord.interaction_reply import Deadlines
from adapters.discord.shard_lease import managed
from adapters.discord.surface import Discord
from adapters.kit.leases import has_ended, process_name
from bot.app.listeners import listening
from bot.domain.errors import StoreError
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Request
from bot.domain.sharding import ShardHolder, ShardLease, ShardRange, ShardState
from bot.services.bundle import build_services
from bot.services.shard_leases import DURATION, ShardLeases
from bot.storage import open_store
from tests.adapters.discord.interactions import DEFER, LOADING, Interaction
from tests.adapters.discord.people import Person
from tests.adapters.discord.scene import GENEROUS, RecordingService, Scene
from tests.adapters.discord.troubles import Fault
from tests.adapters.discord.world import APPLICATION, TOKEN
from tests.databases import sqlite_url


@asynccontextmanager
async def another_process(here: Scene, shards: tuple[int, int, int] | None = None) -> AsyncIterator[RecordingService]:
    """The same bot with a store, a service and a connection of its own."""
    access = DiscordConfig(token=TOKEN, api=here.local.url, shards=shards)
    async with (
        open_store(sqlite_url(here.database.parent)) as store,
        Discord(access, allowance=Allowance(), deadlines=Deadlines(first_within=GENEROUS)) as discord,
    ):
        service = RecordingService(build_services(store), lambda: here.now, [], {})
        async with listening([discord], service):
            yield service


def logged(caplog: pytest.LogCaptureFixture, event: str) -> list[str]:
    return [str(each.__dict__["facts"].get("reason", "")) for each in caplog.records if each.message == event]


async def stop(here: Scene) -> None:
    here.listeners.cancel()
    await asyncio.gather(here.listeners, return_exceptions=True)


async def test_a_second_listener_on_the_same_shards_waits_with_a_sentence_and_takes_over(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with another_process(here) as other:
        await here.settled(lambda: bool(logged(caplog, "waiting for shards")))
        ada = Person(here.local, here.channel)
        assert here.answered(await ada.type("help"), "help")
        assert here.local.gateway.identified == 1

        await stop(here)

        assert here.local.gateway.identified == 2
        seen = await ada.type("trending")
        assert [request.command for request in other.requests] == ["trending"]
        assert seen.title == other.pages[seen.interaction.id].title

    (sentence,) = logged(caplog, "waiting for shards")
    assert sentence.startswith("Another Paperboy (")
    assert "PAPERBOY_DISCORD_SHARDS" in sentence
    assert len(here.local.asked("PUT", "/commands")) == 1


@pytest.mark.parametrize("slow", ["", "/commands", "/gateway/bot"])
async def test_a_rolling_update_leaves_no_gap_and_answers_nothing_twice(
    here: Scene, caplog: pytest.LogCaptureFixture, slow: str
) -> None:
    """`slow` is a request of the next process that takes its time after the shards were released."""
    caplog.set_level("INFO")
    here.local.checked = False
    ada = [Person(here.local, here.channel, id=str(number)) for number in range(20, 60)]
    asked: list[Interaction] = []
    stopped = asyncio.Event()

    async def ask() -> None:
        while not stopped.is_set():
            person = ada[len(asked) % len(ada)]
            asked.append(await person.begin(2, person.command("help")))
            await asyncio.sleep(0.05)

    async with another_process(here):
        # a process that stops before another one waits for its shards has nobody to hand them to
        await here.settled(lambda: bool(logged(caplog, "waiting for shards")))
        if slow:
            here.local.faults.append(Fault(path=slow, method="GET", pause=0.5))
        asking = asyncio.create_task(ask())
        await stop(here)
        await asyncio.sleep(0.2)
        stopped.set()
        await asking
        await here.settled(lambda: all(each.done.is_set() for each in asked))

    assert len(asked) > 10
    assert {len(each.messages) for each in asked} == {1}


class LateArrival(ShardLeases):
    """Leases that another process asks for just before they are released."""

    def __init__(self, here: Scene, other: ShardLease) -> None:
        super().__init__(here.store.shards, lambda: here.now)
        self._other = other

    async def release(self, lease: ShardLease) -> None:
        """As it is, after the other process has asked."""
        assert await self.acquire(self._other, ShardState.LEASED) is not None
        await super().release(lease)


async def test_shards_are_handed_to_a_process_that_asks_while_they_are_released(here: Scene) -> None:
    ours = ShardLease(application="another", owner="one", shards=ShardRange(0, 0, 1))
    theirs = replace(ours, owner="two")
    assert await here.store.shards.acquire(ours, ShardState.LISTENING, here.now, DURATION) is None

    handing = asyncio.create_task(managed(LateArrival(here, theirs), ours).hand_over())
    await asyncio.wait([handing], timeout=0.3)
    assert not handing.done()

    assert await here.store.shards.acquire(theirs, ShardState.LISTENING, here.now, DURATION) is None
    async with asyncio.timeout(GENEROUS):
        await handing


async def test_a_process_listens_until_all_of_its_shards_are_taken_over(here: Scene) -> None:
    ours = ShardLease(application="another", owner="one", shards=ShardRange(0, 3, 4))
    left, right, spare = (
        replace(ours, owner=owner, shards=ShardRange(first, last, 8))
        for owner, first, last in (("two 1", 0, 5), ("two 2", 6, 7), ("two 3", 0, 5))
    )
    assert await here.store.shards.acquire(ours, ShardState.LISTENING, here.now, DURATION) is None
    for waiting in (left, right):
        assert await here.store.shards.acquire(waiting, ShardState.LEASED, here.now, DURATION) is not None

    handing = asyncio.create_task(managed(ShardLeases(here.store.shards, lambda: here.now), ours).hand_over())

    async def taken() -> bool:
        return await here.store.shards.acquire(left, ShardState.LISTENING, here.now, DURATION) is None

    await here.eventually(taken)
    assert await here.store.shards.acquire(spare, ShardState.LEASED, here.now, DURATION) is not None
    await asyncio.wait([handing], timeout=0.5)
    assert not handing.done()

    assert await here.store.shards.acquire(right, ShardState.LISTENING, here.now, DURATION) is None
    async with asyncio.timeout(GENEROUS):
        await handing


class HeldService(RecordingService):
    """Answers nothing before it is stopped."""

    async def handle(self, request: Request) -> Page:
        """Wait."""
        await asyncio.Event().wait()
        return await super().handle(request)


async def test_an_answer_of_the_next_process_is_not_replaced_by_a_notice_of_the_old_one(here: Scene) -> None:
    deadlines = Deadlines(promise_after=0.0, first_within=GENEROUS, finish_within=0.1)
    await here.restarted(service=HeldService, deadlines=deadlines)
    ada = Person(here.local, here.channel)
    answered, unanswered = [await ada.begin(2, ada.command("help")) for _ in range(2)]
    await here.settled(lambda: answered.answered == unanswered.answered == DEFER)
    answer = {"content": "the answer of the next process"}
    here.local.interactions.edit(answered.token, answer, answered.at)

    await stop(here)

    assert answered.messages[0].body["content"] == answer["content"]
    assert "components" not in answered.messages[0].body
    assert unanswered.done.is_set()
    assert not unanswered.messages[0].body["flags"] & LOADING


async def test_shards_that_nobody_else_has_are_listened_to_beside_each_other(here: Scene) -> None:
    await stop(here)
    here.local.gateway.forget()
    begun = here.local.gateway.identified

    async with another_process(here, (0, 0, 2)), another_process(here, (1, 1, 2)):
        await here.local.gateway.heard(identified=begun + 2)
        sessions = here.local.gateway.sessions.values()
        assert sorted((session.shard, session.shards) for session in sessions) == [(0, 2), (1, 2)]


async def test_a_process_that_has_lost_its_shards_stops_listening_until_they_are_free(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = ShardLease(application=APPLICATION, owner="stranger", shards=ShardRange(0, 0, 1))
    moment = here.now + 2 * DURATION
    assert await here.store.shards.acquire(stranger, ShardState.LISTENING, moment, DURATION) is None

    here.now = moment
    await here.settled(lambda: bool(logged(caplog, "shards lost")))
    await here.settled(lambda: not any(session.socket for session in here.local.gateway.sessions.values()))
    assert here.local.gateway.identified == 1

    here.now += DURATION + timedelta(seconds=1)
    await here.local.gateway.heard(identified=2)
    assert await here.helped()


async def test_the_shards_of_a_process_that_was_killed_are_taken_over_at_once(here: Scene) -> None:
    await stop(here)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await child.wait()
    killed = ShardLease(application=APPLICATION, owner=process_name(child.pid), shards=ShardRange(0, 0, 1))
    assert await here.store.shards.acquire(killed, ShardState.LISTENING, here.now, DURATION) is None

    await here.restarted()

    assert await here.helped()
    assert has_ended(killed.owner)
    assert not has_ended(process_name())
    assert not has_ended(process_name(1))
    assert not any(map(has_ended, ("", "elsewhere", f"elsewhere-{child.pid}-1", "a-b-c", f"{process_name()}-1-")))


class FullDisk(ShardLeases):
    """A database that can be read, and not written."""

    async def acquire(self, lease: ShardLease, state: ShardState) -> ShardHolder | None:
        """Nothing can be taken."""
        raise StoreError("there is no room left")

    async def release(self, lease: ShardLease) -> None:
        """Nothing can be left either."""
        raise StoreError("there is no room left")


class BrokenLeases(ShardLeases):
    """Leases with a bug."""

    async def acquire(self, lease: ShardLease, state: ShardState) -> ShardHolder | None:
        """Fail as nobody expects."""
        raise ZeroDivisionError


async def test_an_unexpected_error_while_a_lease_is_renewed_ends_no_listening(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    lease = ShardLease(application="another", owner="one", shards=ShardRange(0, 0, 1))
    leases, leaving = managed(BrokenLeases(here.store.shards, lambda: here.now), lease), asyncio.Event()

    keeping = asyncio.create_task(leases.renew_until(lambda: True, leaving))
    await here.settled(lambda: bool(logged(caplog, "lease of shards not renewed")))
    await asyncio.sleep(0)
    assert not keeping.done()
    leaving.set()
    await keeping


async def test_a_full_disk_keeps_nobody_from_listening_but_a_lease_of_another_does(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    lease = ShardLease(application="another", owner="one", shards=ShardRange(0, 0, 1))
    leases = managed(FullDisk(here.store.shards, lambda: here.now), lease)

    await leases.acquire()
    leaving = asyncio.Event()
    keeping = asyncio.create_task(leases.renew_until(lambda: True, leaving))
    await asyncio.sleep(0.5)
    assert not keeping.done()
    leaving.set()
    await keeping
    await leases.hand_over()
    await leases.release()
    for event in ("listening without a lease of shards", "lease of shards not renewed", "lease of shards not released"):
        assert logged(caplog, event)[0] == "there is no room left"

    holder = ShardLease(application="another", owner="two", shards=ShardRange(0, 3, 4))
    await here.store.shards.acquire(holder, ShardState.LISTENING, here.now, DURATION)
    waiting = asyncio.create_task(leases.acquire())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await here.store.shards.release(holder)
    async with asyncio.timeout(GENEROUS):
        await waiting
