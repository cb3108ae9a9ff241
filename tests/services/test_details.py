"""Details of a paper that somebody opens: looked up in time, rarely, and never at the expense of the page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.domain.artifacts import ArtifactKind
from bot.domain.errors import FetchError
from bot.domain.repositories import RepositoryState
from bot.domain.requests import Chat
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.domain.stories import Story
from bot.search.budget import SourceBudget
from bot.services.bundle import build_services
from bot.services.details import DetailService
from bot.sources.hackernews import HackerNews
from bot.sources.huggingface import HuggingFace
from bot.storage import Store
from tests.builders import NOON, listing, observation, paper
from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.sources.bodies import AT_ONCE, item
from tests.storage.harvests import harvest
from tests.storage.test_signals import models, signals, stars, story

HOUR = timedelta(hours=1)
PAPER = paper(code_url="https://github.com/lab/code")


class Discussing:
    """A source of one story, which may fail or take long."""

    name = "hackernews"

    def __init__(self, error: Exception | None = None, *, seconds: float = 0) -> None:
        self.asked: list[str] = []
        self.cancelled = False
        self.error = error
        self._seconds = seconds

    async def recent(self, since: datetime, now: datetime) -> FetchResult:
        raise AssertionError("not asked")

    async def about(self, paper_ids: Sequence[str], now: datetime) -> FetchResult:
        self.asked += paper_ids
        try:
            await asyncio.sleep(self._seconds)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self.error:
            raise self.error
        found = Story(paper_id=paper_ids[0], story_id="7", points=120, comments=45, posted_at=now - HOUR)
        return FetchResult(source=self.name, seen_at=now, stories=(found,), looked_up=tuple(paper_ids))


@pytest.fixture
async def filled(sqlite_store: Store) -> Store:
    await sqlite_store.keep(harvest(PAPER, listing(), observation()))
    return sqlite_store


async def test_without_sources_there_is_what_was_stored(filled: Store) -> None:
    await filled.keep(signals(stars([1] * 10), story(), models(7, "lab/a")))

    found = await DetailService(filled).of(PAPER, NOON)

    assert (found.repository, found.artifacts) == ("lab/code", (models(7, "lab/a"),))
    assert found.stars
    assert found.stars.per_day == 1
    assert found.discussion
    assert found.discussion.story == story()


async def test_a_paper_of_which_nothing_is_known_has_no_details(filled: Store) -> None:
    found = await DetailService(filled).of(paper("2604.00002"), NOON)

    assert (found.stars, found.discussion, found.artifacts) == (None, None, ())


async def test_each_is_switched_off_by_itself(filled: Store) -> None:
    await filled.keep(signals(stars([1] * 10), story()))

    without_stars = await DetailService(filled, shows_stars=False).of(PAPER, NOON)
    without_discussions = await DetailService(filled, shows_discussions=False).of(PAPER, NOON)

    assert (without_stars.stars, without_stars.discussion is None) == (None, False)
    assert (without_discussions.stars is None, without_discussions.discussion) == (False, None)


async def test_a_missing_repository_says_nothing_of_a_paper(filled: Store) -> None:
    await filled.keep(signals(stars([1] * 10)))
    await filled.keep(signals(stars([0], state=RepositoryState.MISSING)))

    assert (await DetailService(filled).of(PAPER, NOON)).stars is None


async def test_the_real_clients_are_asked_once_for_an_opened_paper(filled: Store) -> None:
    told = item()["paper"]
    assert isinstance(told, dict)
    found = told | {"linkedModels": [{"id": "lab/model", "likes": 3}], "numTotalModels": 4, "upvotes": 900}
    hit = {
        "objectID": "7",
        "url": "https://arxiv.org/abs/2604.00001",
        "points": 120,
        "num_comments": 45,
        "created_at_i": int((NOON - HOUR).timestamp()),
    }

    def answer(asked: Asked) -> Reply:
        return json_reply({"hits": [hit]} if asked.path == "/api/v1/search" else found)

    async with (
        LocalHttp(answer) as server,
        HuggingFace(server.url, manners=AT_ONCE) as hub,
        HackerNews(server.url, manners=AT_ONCE) as news,
    ):
        service = DetailService(filled, artifacts=hub, discussions=news, deadline=30)
        first = await service.of(PAPER, NOON)
        second = await service.of(PAPER, NOON + 5 * HOUR)
        asked = len(server.asked)
        await service.of(PAPER, NOON + 7 * HOUR)

    (linked,) = [each for each in first.artifacts if each.kind is ArtifactKind.MODEL]
    assert (linked.total, [each.name for each in linked.artifacts]) == (4, ["lab/model"])
    assert first.discussion
    assert (first.discussion.story.points, first.discussion.story.comments) == (120, 45)
    assert second.artifacts == first.artifacts
    assert (asked, len(server.asked)) == (2, 4)


async def test_a_paper_that_is_fetched_by_its_id_brings_its_artifacts_along(sqlite_store: Store) -> None:
    told = item("2604.00007")["paper"]
    assert isinstance(told, dict)
    found = told | {"linkedModels": [{"id": "lab/model"}], "numTotalModels": 1}
    async with LocalHttp(json_reply(found)) as server, HuggingFace(server.url, manners=AT_ONCE) as hub:
        services = build_services(sqlite_store, [hub], details=DetailService(sqlite_store, artifacts=hub))
        opened = await services.papers.resolve(Chat("test", "1"), "2604.00007", NOON)
        details = await services.details.of(opened, NOON)

    assert [each.name for linked in details.artifacts for each in linked.artifacts] == ["lab/model"]
    assert len(server.asked) == 1


async def test_votes_of_a_lookup_are_left_to_the_lists(filled: Store) -> None:
    before = await filled.observations(["2604.00001"], NOON)
    found = item(upvotes=900)["paper"]
    async with LocalHttp(json_reply(found)) as server, HuggingFace(server.url, manners=AT_ONCE) as hub:
        await DetailService(filled, artifacts=hub, deadline=30).of(PAPER, NOON)

    assert await filled.observations(["2604.00001"], NOON) == before
    assert await filled.lookups.of("2604.00001") == {"huggingface": NOON}


async def test_a_page_does_not_wait_for_a_slow_source_which_then_rests(filled: Store) -> None:
    source = Discussing(seconds=60)
    service = DetailService(filled, discussions=source, deadline=0.01)

    found = await service.of(PAPER, NOON)
    await service.of(paper("2604.00002"), NOON + timedelta(minutes=4))
    asked = list(source.asked)
    await service.of(PAPER, NOON + timedelta(minutes=6))

    assert found.discussion is None
    assert source.cancelled
    assert asked == ["2604.00001"]
    assert source.asked == ["2604.00001"] * 2


@pytest.mark.parametrize(
    "error", [FetchError("hackernews", SourceTrouble(TroubleCode.DNS)), RuntimeError("a bug in a parser")]
)
async def test_a_source_that_fails_rests_and_the_page_has_the_rest(filled: Store, error: Exception) -> None:
    await filled.keep(signals(stars([1] * 10)))
    source = Discussing(error)
    service = DetailService(filled, discussions=source)

    found = await service.of(PAPER, NOON)
    await service.of(PAPER, NOON + timedelta(minutes=1))
    source.error = None
    later = await service.of(PAPER, NOON + timedelta(minutes=6))

    assert found.stars
    assert found.discussion is None
    assert later.discussion
    assert len(source.asked) == 2


async def test_a_source_that_waits_in_the_rounds_is_not_asked(filled: Store) -> None:
    source = Discussing()
    await filled.sources.failed("hackernews", NOON, SourceTrouble(TroubleCode.WAIT), NOON + HOUR)

    await DetailService(filled, discussions=source).of(PAPER, NOON)

    assert source.asked == []


async def test_other_ids_of_a_paper_are_looked_up_too_and_each_source_for_its_own_ids(filled: Store) -> None:
    doi = "10.1101/2026.04.02.573456"
    news = Discussing()
    async with LocalHttp(json_reply({})) as server, HuggingFace(server.url, manners=AT_ONCE) as hub:
        service = DetailService(filled, artifacts=hub, discussions=news)
        await service.of(paper(doi, server="biorxiv", aliases=("10.1038/s41586-024-07487-w",)), NOON)

    assert news.asked == [doi, "10.1038/s41586-024-07487-w"]
    assert server.asked == []


async def test_the_budget_limits_how_many_papers_are_looked_up(filled: Store) -> None:
    source = Discussing()
    service = DetailService(filled, discussions=source, budget=SourceBudget(in_all=2, of_one=2))

    for number in range(5):
        await service.of(paper(f"2604.{number:05}"), NOON)

    assert len(source.asked) == 2


async def test_people_who_open_a_paper_at_once_all_get_their_page(filled: Store) -> None:
    service = DetailService(filled, discussions=Discussing())

    found = await asyncio.gather(*(service.of(PAPER, NOON) for _ in range(5)))

    assert all(each.discussion for each in found)
