"""Feeds: the same identity for ever, enough papers, and no body where nothing has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest
from starlette.datastructures import Headers

from adapters.kit.tls import trusted
from adapters.web.surface import Web
from adapters.web.validators import Validator, Validators
from bot.commands.facade import BotService
from bot.commands.feeds import SIZE
from bot.domain.papers import ListRange
from bot.domain.sources import FetchResult
from bot.sources import sample
from bot.storage import Store
from tests.adapters.web.conftest import free_port, up
from tests.builders import listing, observation, paper

PUBLIC = "https://papers.example.org"
EVIL = {"host": "evil.example"}


@asynccontextmanager
async def site(desk: BotService, **options: str) -> AsyncIterator[httpx.AsyncClient]:
    port = free_port()
    task = asyncio.create_task(Web("127.0.0.1", port, **options).listen(desk))  # type: ignore[arg-type]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, verify=trusted()) as client:
        await up(client, [task])
        yield client
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.atom?window=day", "/feed.atom?q=agents&window=week"])
async def test_a_feed_is_known_by_the_configured_address_whatever_host_is_asked_for(
    desk: BotService, path: str
) -> None:
    async with site(desk, public_url=f"{PUBLIC}/") as client:
        answers = [
            (await client.get(path, headers=headers)).text
            for headers in ({}, EVIL, {"x-forwarded-host": "evil.example"})
        ]

    assert answers[0] == answers[1] == answers[2]
    read = feedparser.parse(answers[0])
    assert "evil.example" not in answers[0]
    assert read.feed.id.startswith(f"{PUBLIC}/feed.atom?")
    assert all(link.href.startswith(f"{PUBLIC}/") for link in read.feed.links)


async def test_without_a_public_address_a_feed_is_known_by_where_it_is_served(browser: httpx.AsyncClient) -> None:
    read = feedparser.parse((await browser.get("/feed.atom", headers=EVIL)).content)

    assert read.feed.id == f"{str(browser.base_url).rstrip('/')}/feed.atom?window=day"


async def test_no_redirect_leads_to_another_host(browser: httpx.AsyncClient) -> None:
    base = str(browser.base_url).rstrip("/")
    for path in (
        *("/week/", "/help/", "/week//?q=a", "//evil.example/", "/search/?q=agents", "/nowhere/", "/\\evil.example/"),
        *("/%2f%2fevil.example/", "/%5cevil.example/", "/week/%0d%0alocation:evil/"),
    ):
        answer = await browser.send(httpx.Request("GET", httpx.URL(f"{base}{path}"), headers=EVIL))

        location = answer.headers.get("location", "/")
        assert location.startswith("/"), path
        assert not location.startswith(("//", "/\\")), path


async def test_a_slash_too_many_is_taken_away(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/week/?q=agents", headers=EVIL, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (307, "/week?q=agents")


async def test_a_feed_has_fifty_papers_and_a_title_that_stays(browser: httpx.AsyncClient, sample_store: Store) -> None:
    ids = [f"2604.9{number:04}" for number in range(60)]
    await sample_store.keep(
        FetchResult(
            source="huggingface",
            seen_at=sample.AS_OF,
            papers=tuple(paper(id, title=f"Quokkas {id}") for id in ids),
            listings=tuple(listing(id) for id in ids),
            observations=tuple(observation(id, votes=number) for number, id in enumerate(ids)),
        )
    )

    feeds = {
        path: feedparser.parse((await browser.get(path)).content)
        for path in ("/feed.atom", "/feed.atom?window=month&q=quokkas", "/feed.atom?q=quokkas")
    }

    assert [len(read.entries) for read in feeds.values()] == [SIZE, SIZE, SIZE]
    titles = [read.feed.title.split(" · ")[1:] for read in feeds.values()]
    assert titles == [["Paperboy"], ["quokkas", "Paperboy"], ["quokkas", "Paperboy"]]
    assert len({entry.id for entry in feeds["/feed.atom"].entries}) == SIZE


async def test_a_window_that_is_none_is_said_to_be(browser: httpx.AsyncClient) -> None:
    for window in ("bogus", "DAY", "day ", "2026", "year", "\u0661", "day,week"):
        answer = await browser.get("/feed.atom", params={"window": window, "q": "agents"})

        assert answer.status_code == 400
        assert all(window in answer.text for window in ListRange)


async def test_a_feed_without_papers_is_a_feed(browser: httpx.AsyncClient) -> None:
    for path in ("/feed.atom?q=xyzzyplugh", "/feed.atom?window=day&q=xyzzyplugh", "/feed.atom?q=-agents"):
        answer = await browser.get(path)

        assert answer.status_code == 200
        assert not feedparser.parse(answer.content).bozo


async def test_a_second_poll_brings_no_body(browser: httpx.AsyncClient) -> None:
    first = await browser.get("/feed.atom?window=day")
    by_tag = {"if-none-match": f'"other", {first.headers["etag"]}'}
    by_date = {"if-modified-since": first.headers["last-modified"]}
    long_ago = {"if-modified-since": "Mon, 01 Jan 2024 00:00:00 GMT"}

    again = [await browser.get("/feed.atom?window=day", headers=headers) for headers in (by_tag, by_date)]
    fresh = [
        await browser.get("/feed.atom?window=day", headers=headers)
        for headers in (long_ago, {"if-none-match": '"other"', **by_date}, {"if-modified-since": "nonsense"})
    ]
    other = await browser.get("/feed.atom?window=week", headers=by_tag)

    assert [(answer.status_code, answer.content) for answer in again] == [(304, b"")] * 2
    assert all(answer.headers["etag"] == first.headers["etag"] for answer in again)
    assert [answer.status_code for answer in (*fresh, other)] == [200] * 4


def test_the_date_of_a_change_is_that_of_the_change() -> None:
    now = datetime(2026, 4, 24, 9, 0, 0, 5, UTC)
    validators = Validators()

    first = validators.of("a", b"one", now)
    same = validators.of("a", b"one", now + timedelta(hours=1))
    changed = validators.of("a", b"two", now + timedelta(hours=2))

    assert first == same == Validator(first.etag, now.replace(microsecond=0))
    assert changed.etag != first.etag
    assert changed.headers["last-modified"] == "Fri, 24 Apr 2026 11:00:00 GMT"
    assert not changed.still_good(Headers({"if-modified-since": first.headers["last-modified"]}))
    assert changed.still_good(Headers({"if-none-match": "*"}))
