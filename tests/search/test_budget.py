"""What people ask of the sources has a small budget of its own, and the daily lists come first."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

import pytest

from bot.commands import Commands
from bot.domain.asker import current_asker, on_behalf_of
from bot.domain.errors import FetchError
from bot.domain.health import HealthCheck
from bot.domain.pages import Page
from bot.domain.requests import Chat, Request
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.query import parse
from bot.search.budget import IN_ALL, OF_ONE, SECONDS, Ration, SourceBudget
from bot.search.remote import RemoteSearch
from bot.services.bundle import build_services
from bot.services.collecting import Collector
from bot.services.health import health
from bot.sources.http import FetchPolicy
from bot.sources.huggingface import HuggingFace
from bot.storage import Store
from tests.builders import NOON, TODAY
from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.sources.bodies import AT_ONCE, item

#: what the source gives in how many seconds
QUOTA, WINDOW = 500, 300.0


class Seconds:
    """A clock that moves only by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    @property
    def moment(self) -> datetime:
        return NOON + timedelta(seconds=self.now)


class Source:
    """Hugging Face with its quota; what is beyond it gets 429, with a time to wait where the source tells one."""

    def __init__(self, clock: Seconds, *, quota: int = QUOTA, tells: str = "") -> None:
        self._clock = clock
        self._quota = quota
        self._tells = tells
        self._taken: deque[float] = deque()
        self.lists: list[float] = []
        self.searches: list[float] = []
        self.refused = 0

    def __call__(self, asked: Asked) -> Reply:
        (self.lists if asked.path.endswith("daily_papers") else self.searches).append(self._clock())
        while self._taken and self._clock() - self._taken[0] >= WINDOW:
            self._taken.popleft()
        if len(self._taken) >= self._quota:
            self.refused += 1
            return Reply(status=429, headers={"Retry-After": self._tells} if self._tells else {})
        self._taken.append(self._clock())
        return json_reply([item()] if asked.path.endswith("daily_papers") else [])


@asynccontextmanager
async def served(source: Source, manners: FetchPolicy = AT_ONCE) -> AsyncIterator[HuggingFace]:
    async with LocalHttp(source) as server, HuggingFace(server.url, manners=manners) as client:
        yield client


@pytest.mark.parametrize(("askers", "passed"), [(1, OF_ONE), (3, 3 * OF_ONE), (40, IN_ALL)])
async def test_twelve_searches_a_second_leave_the_lists_on_time(sqlite_store: Store, askers: int, passed: int) -> None:
    clock = Seconds()
    source = Source(clock)
    async with served(source) as client:
        elsewhere = RemoteSearch(sqlite_store, [client], 60, Ration(sqlite_store, SourceBudget(clock)))
        collector = Collector(sqlite_store, [client])
        for number in range(int(12 * SECONDS)):
            clock.now = number / 12
            with on_behalf_of(f"web:{number % askers}"):
                await elsewhere.ask(parse(f"word{number}", TODAY), [client.name], clock.moment)
            if number % (12 * 60) == 0:
                visits = await collector.round(clock.moment, [TODAY])
                assert [bool(visit.trouble) for visit in visits] == [False]

    assert len(source.searches) == passed
    assert len(source.lists) >= 5
    assert source.refused == 0


async def test_the_budget_comes_back(sqlite_store: Store) -> None:
    clock = Seconds()
    budget = SourceBudget(clock, in_all=3, of_one=2, seconds=10)

    taken = []
    for now, asker in [(0, "a"), (1, "a"), (2, "a"), (3, "b"), (4, "c"), (9, "c"), (10, "c"), (10, "a"), (11, "a")]:
        clock.now = now
        taken.append(budget.take(asker))

    assert taken == [True, True, False, True, False, False, True, False, True]
    clock.now = 13
    assert budget.wait() == 0


@pytest.mark.parametrize(("tells", "rests"), [("30", 31), ("", 0)])
async def test_a_429_met_by_a_search_rests_the_lists_no_longer_than_the_source_said(
    sqlite_store: Store, tells: str, rests: int
) -> None:
    clock = Seconds()
    source = Source(clock, quota=0, tells=tells)
    async with served(source) as client:
        elsewhere = RemoteSearch(sqlite_store, [client], 60, Ration(sqlite_store, SourceBudget(clock)))
        await elsewhere.ask(parse("chess", TODAY), [client.name], clock.moment)
        states = await sqlite_store.sources.all()
        source._quota = QUOTA
        clock.now = rests

        await elsewhere.ask(parse("go", TODAY), [client.name], clock.moment)
        (visit,) = await Collector(sqlite_store, [client]).round(clock.moment, [TODAY])

    assert states == []
    assert not visit.trouble
    assert len(source.lists) == 1
    assert len(source.searches) == (2 if tells else 1)


async def test_the_last_requests_of_a_window_are_left_to_the_lists(sqlite_store: Store) -> None:
    def answer(asked: Asked) -> Reply:
        body = [item()] if asked.path.endswith("daily_papers") else []
        return json_reply(body, RateLimit='"api";r=40;t=100')

    async with LocalHttp(answer) as server, HuggingFace(server.url, manners=AT_ONCE) as client:
        await client.day(TODAY, NOON)
        with on_behalf_of("somebody"), pytest.raises(FetchError) as caught:
            await client.search("chess", 5, NOON)
        assert caught.value.trouble.code is TroubleCode.WAIT
        with on_behalf_of("somebody"):
            await client.search("chess", 5, NOON + timedelta(seconds=101))
        await client.day(TODAY, NOON)

    assert len(server.asked) == 3


async def test_questions_of_people_leave_connections_to_the_lists() -> None:
    manners = FetchPolicy(pace=0, connections=2, pause=0)
    clock = Seconds()
    async with LocalHttp(lambda asked: json_reply([])) as server, HuggingFace(server.url, manners=manners) as client:
        with on_behalf_of("somebody"):
            for word in ("chess", "go"):
                await client.search(word, 5, clock.moment)

    assert server.busiest == 1


class Naming:
    """A catalogue that notes on whose behalf it is asked, and knows nothing."""

    name = "arxiv"

    def __init__(self) -> None:
        self.askers: list[str | None] = []

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        self.askers.append(current_asker())
        return FetchResult(source=self.name, seen_at=now)

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        self.askers.append(current_asker())
        return FetchResult(source=self.name, seen_at=now)

    async def day(self, day: date, now: datetime) -> FetchResult:
        self.askers.append(current_asker())
        return FetchResult(source=self.name, seen_at=now, day=day)


def commands(store: Store, catalogue: Naming) -> Commands:
    """Commands whose searches and look-ups share one budget."""
    ration = Ration(store, SourceBudget(Seconds()))
    services = build_services(
        store, [catalogue], None, remote=RemoteSearch(store, [catalogue], 60, ration), ration=ration
    )
    return Commands(services, lambda: NOON)


async def ask(asked: Commands, command: str, argument: str, person: str) -> Page:
    chat = Chat("console", "1")
    return await asked.handle(Request(chat=chat, person=person, command=command, argument=argument))


@pytest.mark.parametrize(
    ("command", "arguments"), [("paper", "2604.0{:04}"), ("papers", "word{}"), ("similar", "2604.1{:04}")]
)
async def test_searches_and_look_ups_of_one_person_share_a_budget(
    sqlite_store: Store, command: str, arguments: str
) -> None:
    catalogue = Naming()
    asked = commands(sqlite_store, catalogue)

    pages = [await ask(asked, command, arguments.format(number), "ada") for number in range(OF_ONE + 3)]
    await ask(asked, command, arguments.format(OF_ONE + 9), "bob")

    assert catalogue.askers == ["console:ada"] * OF_ONE + ["console:bob"]
    assert pages[-1].intro != pages[0].intro


async def test_the_lists_are_read_on_nobodys_behalf(sqlite_store: Store) -> None:
    catalogue = Naming()

    await Collector(sqlite_store, [catalogue]).round(NOON, [TODAY])

    assert catalogue.askers == [None]


async def searches(store: Store, now: datetime) -> list[HealthCheck]:
    return [each for each in await health(store, [], now) if each.name == "searches"]


async def test_health_tells_while_the_budget_is_used_up_and_is_red_only_where_lists_suffer(store: Store) -> None:
    ration = Ration(store, SourceBudget(Seconds()))
    for number in range(IN_ALL):
        with on_behalf_of(str(number)):
            assert await ration.take(NOON)
    before = await searches(store, NOON)
    assert not await ration.take(NOON)

    (told,) = await searches(store, NOON)
    await store.sources.failed("arxiv", NOON, SourceTrouble(TroubleCode.STATUS, "500"), NOON + timedelta(hours=1))
    (still_well,) = await searches(store, NOON)
    await store.keep(FetchResult(source="huggingface", seen_at=NOON, day=TODAY))
    await store.sources.failed("huggingface", NOON, SourceTrouble(TroubleCode.STATUS, "500"), NOON + timedelta(hours=1))
    (red,) = await searches(store, NOON)

    assert before == []
    assert told.ok
    assert still_well.ok
    assert not red.ok
    assert await searches(store, NOON + timedelta(seconds=SECONDS)) == []
