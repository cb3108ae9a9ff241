"""Rounds of collecting stars and stories: who is asked, how often, and what failures cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import FetchError, RateLimited
from bot.domain.repositories import RepositoryStars, RepositoryState, StarDay
from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult, Quota
from bot.domain.stories import Story
from bot.services.collecting import Collector
from bot.services.signal_sources import (
    A_DAY,
    A_DAY_WITH_TOKEN,
    StarSignals,
    StorySignals,
    repositories_due,
)
from bot.services.visits import Visit
from bot.storage import Store
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.storage.harvests import harvest
from tests.storage.ledger import subscription

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATUS = SourceTrouble(TroubleCode.STATUS, "422")


class Stars:
    """A source that knows one star a day of every repository, except those that fail or are gone."""

    name = "github"

    def __init__(self, *, token: bool = False) -> None:
        self.has_token = token
        self.asked: list[str] = []
        self.failing: dict[str, FetchError] = {}
        self.missing: set[str] = set()

    async def stars(self, repository: str, moved_to: str, now: datetime) -> FetchResult:
        self.asked.append(moved_to or repository)
        if error := self.failing.get(repository):
            raise error
        known = RepositoryStars(repository=repository, asked_at=now, days=(StarDay(now.date(), 1),))
        if repository in self.missing:
            known = replace(known, state=RepositoryState.MISSING, days=())
        elif repository == "lab/renamed":
            known = replace(known, moved_to="repositories/42")
        return FetchResult(source=self.name, seen_at=now, repositories=(known,), requests=1)

    async def quota(self, now: datetime) -> Quota:
        return Quota(60, 60, now)


class Stories:
    """A source with one story about the first paper."""

    name = "hackernews"

    def __init__(self) -> None:
        self.since: list[datetime] = []

    async def recent(self, since: datetime, now: datetime) -> FetchResult:
        self.since.append(since)
        known = Story(paper_id="2604.00001", story_id="1", points=9, comments=1, posted_at=now - HOUR)
        return FetchResult(source=self.name, seen_at=now, stories=(known,), requests=2)

    async def about(self, paper_ids: Sequence[str], now: datetime) -> FetchResult:
        raise AssertionError("not asked")


def failure(code: TroubleCode = TroubleCode.STATUS) -> FetchError:
    return FetchError("github", SourceTrouble(code, "422"))


async def with_code(store: Store, repositories: int, *, wanted: bool = True) -> Store:
    """The store with so many papers, each with its repository, and a subscription if that is wanted."""
    ids = [f"2604.{number:05}" for number in range(1, repositories + 1)]
    papers = [paper(id, code_url=f"https://github.com/lab/{id[5:]}") for id in ids]
    await store.keep(harvest(*papers, *(listing(id) for id in ids), *(observation(id) for id in ids)))
    if wanted:
        await store.subscriptions.add(subscription())
    return store


async def one_round(store: Store, source: Stars | Stories, now: datetime = NOON) -> Visit:
    signals = StarSignals(store, source) if isinstance(source, Stars) else StorySignals(store, source)
    (visit,) = await Collector(store, signals=[signals]).round(now)
    return visit


async def test_nobody_is_asked_before_there_is_a_subscription(sqlite_store: Store) -> None:
    store, stars, stories = await with_code(sqlite_store, 3, wanted=False), Stars(), Stories()

    visits = [await one_round(store, stars), await one_round(store, stories)]

    assert (stars.asked, stories.since) == ([], [])
    assert [(visit.requests, visit.trouble) for visit in visits] == [(0, NO_TROUBLE)] * 2
    assert await store.sources.all() == []


async def test_the_newest_papers_repositories_are_read_once_a_day(store: Store) -> None:
    await with_code(store, 3)
    source = Stars()

    first = await one_round(store, source)
    await one_round(store, source, NOON + HOUR)
    await one_round(store, source, NOON + DAY)

    assert source.asked == ["lab/00003", "lab/00002", "lab/00001"] * 2
    assert (first.signals, first.requests, first.trouble) == (3, 3, NO_TROUBLE)
    assert set(await store.repositories.many(["lab/00001", "lab/00003"])) == {"lab/00001", "lab/00003"}
    (state,) = await store.sources.all()
    assert (state.name, state.succeeded_at, state.new_at) == ("github", NOON + DAY, NOON + DAY)


@pytest.mark.parametrize(("token", "a_day", "most_a_round"), [(False, A_DAY, 20), (True, A_DAY_WITH_TOKEN, 50)])
async def test_the_budget_of_a_day_is_spread_over_rounds(
    sqlite_store: Store, token: bool, a_day: int, most_a_round: int
) -> None:
    store, source = await with_code(sqlite_store, 130), Stars(token=token)

    asked = [(await one_round(store, source, NOON + n * HOUR)).requests for n in range(6)]

    assert sum(asked) == a_day
    assert max(asked) == most_a_round
    # those of the newest papers
    assert set(source.asked) == {f"lab/{number:05}" for number in range(131 - a_day, 131)}


async def test_a_repository_that_fails_costs_itself_a_day_and_the_others_nothing(sqlite_store: Store) -> None:
    store, source = await with_code(sqlite_store, 4), Stars()
    source.failing = {"lab/00004": failure(), "lab/00002": failure()}

    visit = await one_round(store, source)
    await one_round(store, source, NOON + HOUR)

    assert source.asked == ["lab/00004", "lab/00003", "lab/00002", "lab/00001"]
    assert visit.trouble is NO_TROUBLE
    known = await store.repositories.many(["lab/00003", "lab/00004"])
    assert [known[name].state for name in sorted(known)] == [RepositoryState.KNOWN, RepositoryState.FAILED]


async def test_failures_in_a_row_are_those_of_the_source_and_the_next_round_goes_on(sqlite_store: Store) -> None:
    store, source = await with_code(sqlite_store, 9), Stars()
    source.failing = {f"lab/{number:05}": failure() for number in range(4, 10)}

    first = await one_round(store, source)
    (state,) = await store.sources.all()
    assert state.retry_at
    await one_round(store, source, state.retry_at)

    assert first.trouble == STATUS
    # the third one raised, and is asked for again
    assert source.asked[:3] == ["lab/00009", "lab/00008", "lab/00007"]
    assert source.asked[3] == "lab/00007"


@pytest.mark.parametrize("code", [TroubleCode.DNS, TroubleCode.CONNECT, TroubleCode.TOKEN])
async def test_an_unreachable_source_is_no_fault_of_a_repository(sqlite_store: Store, code: TroubleCode) -> None:
    store, source = await with_code(sqlite_store, 3), Stars()
    source.failing = {"lab/00003": failure(code)}

    visit = await one_round(store, source)

    assert visit.trouble.code is code
    assert source.asked == ["lab/00003"]
    assert await store.repositories.many(["lab/00003"]) == {}


async def test_a_used_up_quota_ends_the_round_until_it_is_reset(sqlite_store: Store) -> None:
    store, source = await with_code(sqlite_store, 3), Stars()
    wait = SourceTrouble(TroubleCode.RATE_LIMIT, "403")
    source.failing = {"lab/00002": RateLimited("github", wait, NOON + HOUR)}

    await one_round(store, source)
    await one_round(store, source, NOON + HOUR / 2)
    source.failing = {}
    await one_round(store, source, NOON + HOUR)

    assert source.asked == ["lab/00003", "lab/00002", "lab/00002", "lab/00001"]


def test_a_missing_repository_makes_room_for_another_and_is_asked_for_after_a_month() -> None:
    urls = [f"https://github.com/lab/{number}" for number in range(A_DAY + 1)]
    gone = RepositoryStars(repository="lab/0", asked_at=NOON, state=RepositoryState.MISSING)

    def due(days: int) -> list[RepositoryStars | str]:
        return repositories_due(urls, {"lab/0": gone}, NOON + days * DAY, A_DAY)

    assert due(29) == [f"lab/{number}" for number in range(1, A_DAY + 1)]
    assert due(31) == [gone, *(f"lab/{number}" for number in range(1, A_DAY))]


async def test_a_missing_repository_is_not_asked_for_the_next_day(sqlite_store: Store) -> None:
    store, source = await with_code(sqlite_store, 2), Stars()
    source.missing = {"lab/00002"}

    await one_round(store, source)
    await one_round(store, source, NOON + DAY)

    assert source.asked == ["lab/00002", "lab/00001", "lab/00001"]


async def test_a_renamed_repository_is_asked_for_at_its_new_path(sqlite_store: Store) -> None:
    source = Stars()
    told = paper(code_url="https://github.com/lab/renamed")
    await sqlite_store.keep(harvest(told, listing()))
    await sqlite_store.subscriptions.add(subscription())

    await one_round(sqlite_store, source)
    await one_round(sqlite_store, source, NOON + DAY)

    assert source.asked == ["lab/renamed", "repositories/42"]


def test_a_clock_that_was_set_back_does_not_stop_the_rounds() -> None:
    known = {"lab/code": RepositoryStars(repository="lab/code", asked_at=NOON + 90 * DAY)}

    assert repositories_due(["https://github.com/lab/code"], known, NOON, 5) == [known["lab/code"]]


def test_papers_without_code_on_github_ask_for_nothing() -> None:
    assert repositories_due(["", "https://gitlab.com/a/b", "https://example.org"], {}, NOON, 5) == []


async def test_stories_are_read_once_an_hour_and_as_far_back_as_points_change(store: Store) -> None:
    await with_code(store, 1)
    source = Stories()

    for later in (0 * HOUR, HOUR / 2, HOUR, 2 * HOUR, 60 * DAY):
        await one_round(store, source, NOON + later)

    back = [then - NOON for then in source.since]
    assert back == [-14 * DAY, -3 * DAY, HOUR - 3 * DAY, 46 * DAY]
    assert [story.points for story in (await store.stories.many(["2604.00001"]))["2604.00001"]] == [9]


async def test_signals_come_after_the_lists_whose_papers_they_are_about(sqlite_store: Store) -> None:
    class Lists:
        name = "huggingface"

        async def day(self, day: object, now: datetime) -> FetchResult:
            told = paper(code_url="https://github.com/lab/code")
            return replace(harvest(told, listing(), day=TODAY), seen_at=now, requests=1)

    source = Stars()
    await sqlite_store.subscriptions.add(subscription())
    visits = await Collector(sqlite_store, [Lists()], signals=[StarSignals(sqlite_store, source)]).round(NOON)

    assert [visit.source for visit in visits] == ["huggingface", "github"]
    assert source.asked == ["lab/code"]
