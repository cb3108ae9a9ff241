"""What a dead process left is answered by another one: each interaction once, and one bad one costs only itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import connect

import pytest

from adapters.kit.takeover import NotAnswered, Takeover, UnreadableOrigin
from bot.commands.facade import BotService
from bot.commands.interaction_claims import ANSWERABLE, LEASE
from bot.domain.errors import StoreError
from bot.domain.pages import Page, Trouble
from bot.domain.papers import Paper
from bot.domain.requests import AbandonedInteraction, Chat, Tally
from bot.domain.supervisor import Backoff, LoopFailure, Supervisor
from bot.services.bundle import build_services
from bot.services.papers import PaperService
from bot.storage import Store, open_store
from bot.storage.interactions import InteractionClaim
from tests.adapters.kit.clocks import until
from tests.builders import NOON, paper
from tests.services.test_once import PAPER, Clock, answered, press, votes
from tests.storage.harvests import harvest

WITHIN = timedelta(minutes=15)
NAME = "console"


class Handler:
    """Notes what it is handed, and does what it is told for some of it."""

    def __init__(self) -> None:
        self.handed: list[str] = []
        self.failures: dict[str, list[Exception]] = {}
        self.held: asyncio.Event | None = None
        self.most = 0
        self._now = 0

    async def __call__(self, abandoned: AbandonedInteraction) -> None:
        self.handed.append(abandoned.origin)
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            if self.held is not None:
                await self.held.wait()
            if failures := self.failures.get(abandoned.origin):
                raise failures.pop(0)
        finally:
            self._now -= 1


class Unreachable:
    """A database that fails for a while, then lists nothing."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.asked = 0

    async def abandoned(self, surface: str, within: timedelta) -> Sequence[AbandonedInteraction]:
        self.asked += 1
        if self.failures:
            raise self.failures.pop(0)
        return []

    async def forgo(self, surface: str, interaction: str) -> None:
        raise AssertionError("nothing was handed over")

    def release(self, surface: str, interaction: str) -> None:
        raise AssertionError("nothing was handed over")


class Reports:
    """What the health check is told."""

    def __init__(self) -> None:
        self.failing: list[bool] = []

    async def report(self, loop: str, failure: LoopFailure | None) -> None:
        assert loop == f"{NAME} takeover"
        self.failing.append(failure is not None)


async def left(store: Store, *origins: str, at: datetime = NOON) -> None:
    """A process has claimed these, one after another, and died."""
    for number, origin in enumerate(origins):
        claim = InteractionClaim(NAME, f"id of {origin}", "dead")
        await store.interactions.claim(claim, at + timedelta(milliseconds=number), LEASE, origin)


def service_of(store: Store, now: Callable[[], datetime]) -> BotService:
    return BotService(build_services(store), now)


async def listed(service: BotService) -> list[str]:
    return [each.origin for each in await service.abandoned(NAME, WITHIN)]


def takeover(service: BotService, handler: Handler) -> Takeover:
    return Takeover(service, NAME, WITHIN, handler, every=0.01)


async def test_each_is_handed_over_once_at_the_start_and_later(store: Store) -> None:
    clock, handler = Clock(NOON + LEASE + timedelta(seconds=1)), Handler()
    service = service_of(store, clock)
    await left(store, "one", "two")

    async with takeover(service, handler):
        await until(lambda: len(handler.handed) == 2)
        await left(store, "three")
        await until(lambda: len(handler.handed) == 3)
        await asyncio.sleep(0.05)

    assert handler.handed == ["one", "two", "three"]
    assert await listed(service_of(store, clock)) == []


async def test_what_is_leased_or_too_old_is_left_alone(store: Store) -> None:
    await left(store, "old")
    await left(store, "leased", at=NOON + WITHIN)

    assert await listed(service_of(store, Clock(NOON + WITHIN))) == []


async def test_an_exception_costs_only_its_own_interaction(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    service, handler = service_of(store, Clock(NOON + 2 * LEASE)), Handler()
    handler.failures = {"canary one": [ZeroDivisionError("a bug")], "canary two": [UnreadableOrigin("2 errors")]}
    await left(store, "canary one", "canary two", "canary three")

    async with takeover(service, handler):
        await until(lambda: len(handler.handed) == 3)
        await asyncio.sleep(0.05)

    assert handler.handed == ["canary one", "canary two", "canary three"]
    assert await listed(service) == ["canary one", "canary two"]
    told = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [each.message for each in told] == ["answering failed", "interaction not read"]
    assert "canary" not in "".join(f"{each.message} {each.exc_text}" for each in caplog.records)


@pytest.mark.parametrize("failure", [StoreError("locked"), NotAnswered("no answer from the platform")])
async def test_what_fails_for_now_is_handed_over_again(
    store: Store, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    service, handler = service_of(store, Clock(NOON + 2 * LEASE)), Handler()
    handler.failures = {"one": [failure, failure]}
    await left(store, "one", "two")

    async with takeover(service, handler):
        await until(lambda: len(handler.handed) == 4)

    assert handler.handed.count("one") == 3
    assert await listed(service) == []
    assert [each.message for each in caplog.records].count("not answered") == 1


async def test_a_database_that_fails_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    reports = Reports()
    database = Unreachable(StoreError("locked"), StoreError("locked"), ZeroDivisionError("a bug"))

    supervisor = Supervisor(reports.report, Backoff(first=0.01, longest=0.01))

    async with Takeover(database, NAME, WITHIN, Handler(), supervisor=supervisor, every=0.01):
        await until(lambda: database.asked > 4)

    assert [each.message for each in caplog.records if each.levelno >= logging.ERROR] == ["loop failed"] * 3
    assert reports.failing == [True, True, True, False]


async def test_only_a_few_are_handled_at_once_and_none_twice(sqlite_store: Store) -> None:
    service, handler = service_of(sqlite_store, Clock(NOON + 2 * LEASE)), Handler()
    handler.held = asyncio.Event()
    await left(sqlite_store, *map(str, range(9)))

    async with takeover(service, handler):
        await until(lambda: bool(handler.handed))
        await asyncio.sleep(0.05)
        begun = len(handler.handed)
        handler.held.set()
        await until(lambda: len(handler.handed) == 9)
        await asyncio.sleep(0.05)

    assert (begun, handler.most, len(handler.handed)) == (4, 4, 9)


async def test_nothing_is_looked_for_before_the_adapter_is_ready(sqlite_store: Store) -> None:
    service, handler, ready = service_of(sqlite_store, Clock(NOON + 2 * LEASE)), Handler(), asyncio.Event()
    await left(sqlite_store, "one")

    async with Takeover(service, NAME, WITHIN, handler, ready=ready.wait, every=0.01):
        await asyncio.sleep(0.05)
        before = list(handler.handed)
        ready.set()
        await until(lambda: bool(handler.handed))

    assert before == []


async def test_what_is_not_finished_at_the_end_is_left_to_the_next_process(sqlite_store: Store) -> None:
    service, handler = service_of(sqlite_store, Clock(NOON + 2 * LEASE)), Handler()
    handler.held = asyncio.Event()
    await left(sqlite_store, "one")

    async with Takeover(service, NAME, WITHIN, handler, every=0.01, drain_seconds=0.01):
        await until(lambda: bool(handler.handed))

    assert await listed(service) == ["one"]


async def test_two_processes_that_take_up_the_same_change_and_answer_once(store: Store, store_url: str) -> None:
    await store.keep(harvest(paper(PAPER)))
    clock = Clock(NOON + 2 * LEASE)
    people = ("ada", "bob", "eve")
    for person in people:
        request = press(person)
        await store.interactions.claim(InteractionClaim(NAME, request.interaction, "dead"), NOON, LEASE, person)
    pages: list[Page] = []

    async with open_store(store_url) as other:
        services = [service_of(each, clock) for each in (store, other)]

        def answering(service: BotService) -> Callable[[AbandonedInteraction], Awaitable[None]]:
            async def handle(found: AbandonedInteraction) -> None:
                pages.append(await service.handle(replace(press(found.origin), origin=found.origin, taken_up=True)))

            return handle

        one, two = (Takeover(each, NAME, WITHIN, answering(each), every=0.01) for each in services)
        async with one, two:
            await until(lambda: len(answered(pages)) == 3)
            await asyncio.sleep(0.05)

    assert len(answered(pages)) == 3
    assert await votes(store_url) == Tally(3, 0)
    assert await listed(service_of(store, clock)) == []


@dataclass(frozen=True)
class HeldPapers(PaperService):
    """Papers in a process that is slower than its lease, or whose database fails."""

    held: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False

    async def resolve(self, chat: Chat, argument: str, now: datetime) -> Paper:
        self.begun.set()
        await self.held.wait()
        if self.fails:
            raise StoreError("the connection was lost")
        return await super().resolve(chat, argument, now)


def held_service(store: Store, clock: Clock, *, fails: bool = False) -> tuple[BotService, HeldPapers]:
    papers = HeldPapers(store, fails=fails)
    return BotService(replace(build_services(store), papers=papers), clock), papers


async def test_a_process_does_not_take_up_what_it_is_still_running(store: Store) -> None:
    clock = Clock()
    service, papers = held_service(store, clock)
    running = asyncio.create_task(service.handle(replace(press("ada"), origin="one")))
    await papers.begun.wait()
    clock.now += LEASE

    assert await listed(service) == []
    assert await listed(service_of(store, clock)) == ["one"]

    papers.held.set()
    await running


@pytest.mark.parametrize("taken_up", [False, True])
async def test_who_was_told_that_nothing_was_changed_gets_no_second_answer(store: Store, taken_up: bool) -> None:
    clock = Clock()
    service, papers = held_service(store, clock, fails=True)
    papers.held.set()

    page = await service.handle(replace(press("ada"), origin="one", taken_up=taken_up))
    clock.now += LEASE

    assert page.trouble is Trouble.BUSY
    # one that was taken up is tried again, as nobody was told anything
    assert await listed(service) == (["one"] if taken_up else [])


async def test_who_was_told_so_by_a_process_that_ends_gets_no_second_answer(store: Store) -> None:
    clock = Clock()
    service, papers = held_service(store, clock)
    running = asyncio.create_task(service.handle(replace(press("ada"), origin="one")))
    await papers.begun.wait()

    await service.forgo(NAME, "press of ada")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    clock.now += LEASE

    assert await listed(service_of(store, clock)) == []


async def test_a_person_who_was_told_so_on_a_locked_database_is_remembered(tmp_path: Path, sqlite_store: Store) -> None:
    clock = Clock(NOON + LEASE)
    await left(sqlite_store, "one")
    async with open_store(f"sqlite:///{tmp_path / 'papers.db'}?timeout=0.1") as store:
        service = service_of(store, clock)
        with closing(connect(tmp_path / "papers.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await service.forgo(NAME, "id of one")

        assert await listed(service) == []
    assert await listed(service_of(sqlite_store, clock)) == []


async def test_origins_that_are_too_old_are_deleted(store: Store) -> None:
    clock = Clock(NOON + ANSWERABLE + timedelta(seconds=1))
    await left(store, "old")

    await service_of(store, clock).abandoned(NAME, WITHIN)

    assert await store.interactions.abandoned(NAME, clock.now, NOON - LEASE) == []
