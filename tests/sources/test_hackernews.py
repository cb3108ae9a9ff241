"""Stories about papers: Hacker News' answers, whole and broken, from a local server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.errors import FetchError, RateLimited
from bot.domain.ports import Discussions
from bot.domain.source_troubles import TroubleCode
from bot.sources.hackernews import HackerNews
from bot.sources.hackernews_schema import linked_paper
from tests.builders import NOON
from tests.local_http import Answering, Asked, LocalHttp, Reply, in_turn, json_reply
from tests.shared import SOURCES, needs_bodies
from tests.sources.bodies import AT_ONCE, Json

POSTED = NOON - timedelta(days=1)


def hit(id: object = "46221321", url: object = "https://arxiv.org/abs/2604.00001", **facts: object) -> Json:
    """A story as Algolia writes one."""
    told = {"points": 120, "num_comments": 45, "created_at_i": int(POSTED.timestamp()), "title": "Made up"}
    return {"objectID": id, "url": url, "_tags": ["story"]} | told | facts


def hits(*found: object) -> Reply:
    return json_reply({"hits": found, "nbHits": len(found), "nbPages": 1, "page": 0})


@asynccontextmanager
async def served(answer: Answering | Reply) -> AsyncIterator[tuple[HackerNews, LocalHttp]]:
    async with LocalHttp(answer) as server, HackerNews(server.url, manners=AT_ONCE) as source:
        yield source, server


async def test_a_paper_is_looked_up_by_its_id_in_urls() -> None:
    async with served(hits(hit())) as (source, server):
        discussions: Discussions = source
        result = await source.about(["2604.00001"], NOON)

    (asked,), (story,) = server.asked, result.stories
    assert asked.path == "/api/v1/search"
    assert asked.query["query"] == "2604.00001"
    assert (asked.query["tags"], asked.query["restrictSearchableAttributes"]) == ("story", "url")
    assert (story.paper_id, story.points, story.comments, story.posted_at) == ("2604.00001", 120, 45, POSTED)
    assert story.url == "https://news.ycombinator.com/item?id=46221321"
    assert (discussions.name, result.source, result.looked_up, result.requests) == (
        "hackernews",
        "hackernews",
        ("2604.00001",),
        1,
    )


async def test_stories_about_other_papers_are_no_answer() -> None:
    other = hit("2", "https://arxiv.org/abs/2604.00002")
    async with served(hits(other, hit("3", "https://example.org/2604.00001"), hit())) as (source, _):
        result = await source.about(["2604.00001"], NOON)

    assert [story.story_id for story in result.stories] == ["46221321"]


async def test_a_paper_without_a_story_was_looked_up_nevertheless() -> None:
    async with served(hits()) as (source, _):
        result = await source.about(["2604.00001"], NOON)

    assert (result.stories, result.looked_up) == ((), ("2604.00001",))


async def test_recent_stories_of_all_papers_come_in_one_request_per_site() -> None:
    def answer(asked: Asked) -> Reply:
        return hits(
            hit(), hit("2", "https://huggingface.co/papers/2604.00002"), hit("3", "https://arxiv.org/list/cs.CL")
        )

    async with served(answer) as (source, server):
        result = await source.recent(POSTED, NOON)

    assert {asked.path for asked in server.asked} == {"/api/v1/search_by_date"}
    assert {asked.query["query"] for asked in server.asked} == {"arxiv.org", "huggingface.co/papers"}
    assert {asked.query["numericFilters"] for asked in server.asked} == {f"created_at_i>{int(POSTED.timestamp())}"}
    assert sorted(story.paper_id for story in result.stories) == ["2604.00001", "2604.00002"]
    assert (result.looked_up, result.requests) == ((), 2)


@pytest.mark.parametrize(
    "damaged",
    [
        hit("no number"),
        hit(""),
        hit(7),
        hit(url=None),
        hit(url="https://[arxiv.org/abs/2604.00001"),
        hit(created_at_i=None),
        hit(created_at_i=10**20),
        hit(created_at_i=int((NOON + timedelta(days=9)).timestamp())),
        {"objectID": "5"},
        None,
        "text",
    ],
)
async def test_a_damaged_story_costs_only_itself(damaged: object) -> None:
    async with served(hits(damaged, hit())) as (source, _):
        result = await source.about(["2604.00001"], NOON)

    assert [story.story_id for story in result.stories] == ["46221321"]


@pytest.mark.parametrize("unknown", [None, -3, "many", 2**40])
async def test_counts_that_cannot_be_read_count_as_none(unknown: object) -> None:
    async with served(hits(hit(points=unknown, num_comments=unknown))) as (source, _):
        (story,) = (await source.about(["2604.00001"], NOON)).stories

    assert (story.points, story.comments) == (0, 0)


@needs_bodies
async def test_a_recorded_answer_is_read_and_has_no_paper() -> None:
    body = (SOURCES / "hackernews" / "search_2026-05.json").read_bytes()
    whole = json.loads(body)
    whole["hits"][0]["url"] = "https://arxiv.org/pdf/2604.00001v2"
    async with served(in_turn(Reply(body=body), json_reply(whole))) as (source, _):
        recorded = await source.about(["2604.00001"], NOON)
        with_paper = await source.about(["2604.00001"], NOON)

    (story,) = with_paper.stories
    assert recorded.stories == ()
    assert (story.story_id, story.points, story.comments) == ("46221321", 3, 1)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (json_reply({"message": "hitsPerPage is too large", "status": 400}), TroubleCode.STATUS),
        (Reply(status=400, body=b'{"message":"invalid numericFilters"}'), TroubleCode.STATUS),
        (Reply(status=404), TroubleCode.STATUS),
        (Reply(status=500), TroubleCode.STATUS),
        (json_reply({"results": []}), TroubleCode.NOT_A_LIST),
        (json_reply([]), TroubleCode.NOT_A_LIST),
        (json_reply({"hits": None}), TroubleCode.NOT_A_LIST),
        (Reply(body=b"<html>Down</html>"), TroubleCode.WEB_PAGE),
        (Reply(body=b'{"hits": [{"obj'), TroubleCode.NOT_JSON),
        (Reply(body=b""), TroubleCode.EMPTY),
        (Reply(body=b'{"hits": []}', cut_after=5), TroubleCode.CONNECTION_LOST),
    ],
)
async def test_an_answer_that_cannot_be_used_says_why(reply: Reply, code: TroubleCode) -> None:
    async with served(reply) as (source, _):
        with pytest.raises(FetchError) as caught:
            await source.about(["2604.00001"], NOON)

    assert caught.value.trouble.code is code


async def test_a_refusal_is_kept_for_as_long_as_it_says() -> None:
    async with served(Reply(status=429, headers={"Retry-After": "60"})) as (source, server):
        for _ in range(2):
            with pytest.raises(RateLimited) as caught:
                await source.about(["2604.00001"], NOON)

    assert caught.value.retry_at == NOON + timedelta(seconds=61)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("url", "paper"),
    [
        ("https://arxiv.org/abs/2604.00001v3", "2604.00001"),
        ("http://www.arxiv.org/pdf/cs/0112017", "cs/0112017"),
        ("https://export.arxiv.org/abs/2604.00001", "2604.00001"),
        ("https://huggingface.co/papers/2604.00001", "2604.00001"),
        ("https://www.alphaxiv.org/abs/2604.00001", "2604.00001"),
        ("https://doi.org/10.48550/arXiv.2604.00001", "2604.00001"),
        ("https://notarxiv.org/abs/2604.00001", None),
        ("https://arxiv.org.example.org/abs/2604.00001", None),
        ("ftp://arxiv.org/abs/2604.00001", None),
        ("https://arxiv.org/list/cs.CL/recent", None),
        ("", None),
    ],
)
def test_a_url_leads_to_a_paper_on_known_sites_only(url: str, paper: str | None) -> None:
    assert linked_paper(url) == paper
