from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.storage import open_store
from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.process.shipped import Paperboy
from tests.sources.bodies import entry, feed, item
from tests.storage.ledger import subscription

CANARY = "canary-5d41402abc"


def lists(asked: Asked) -> Reply:
    """Five papers on every list, the newest with the most votes, and categories from arXiv."""
    if asked.path == "/api/daily_papers":
        day = date.fromisoformat(asked.query["date"])
        stamp = f"{day}T00:00:00.000Z"
        found = [
            item(f"{day:%y%m}.{day.day:02}{n:03}", submittedOnDailyAt=stamp, publishedAt=stamp, upvotes=n)
            for n in range(5)
        ]
        return json_reply(found)
    if asked.path == "/api/query":
        return Reply(body=feed([entry(f"http://arxiv.org/abs/{id}v1") for id in asked.query["id_list"].split(",")]))
    return Reply(status=404, body=b"{}")


@pytest.fixture
async def server() -> AsyncIterator[LocalHttp]:
    async with LocalHttp(lists) as running:
        yield running


def pointed_at(server: LocalHttp) -> dict[str, str]:
    return {"PAPERBOY_OFFLINE": "0", "PAPERBOY_HUGGINGFACE_URL": server.url, "PAPERBOY_ARXIV_URL": server.url}


async def test_the_shipped_process_reads_the_sources_it_is_pointed_at(paperboy: Paperboy, server: LocalHttp) -> None:
    ended = await paperboy("run", **pointed_at(server))

    today = datetime.now(UTC).date()
    assert ended.code == 0
    assert "A Made Up Title" in ended.out
    assert "sample" not in ended.out
    assert server.asked[0].query == {"date": today.isoformat(), "limit": "100", "p": "0"}
    assert server.asked[0].headers["user-agent"].startswith("Paperboy/")


async def test_the_next_command_does_not_ask_again_so_soon(paperboy: Paperboy, server: LocalHttp) -> None:
    await paperboy("trending", **pointed_at(server))
    before = len(server.asked)

    ended = await paperboy("trending", **pointed_at(server))

    assert len(server.asked) == before
    assert "Hugging Face" in ended.out


async def test_collect_tells_what_each_source_brought(paperboy: Paperboy, server: LocalHttp) -> None:
    ended = await paperboy("collect", **pointed_at(server))

    assert ended.code == 0
    assert "huggingface: 45 papers, 45 observations, 9 requests\n" in ended.out
    assert "arxiv: 45 papers, 0 observations, 1 request\n" in ended.out


async def test_collect_ends_with_one_where_nobody_answers(paperboy: Paperboy) -> None:
    async with LocalHttp(Reply(status=500)) as down:
        ended = await paperboy("collect", "--json", **pointed_at(down))

    assert ended.code == 1
    assert json.loads(ended.out)[0]["trouble"] == "answered 500"


async def test_a_source_that_is_down_is_said_below_what_is_known(paperboy: Paperboy, server: LocalHttp) -> None:
    await paperboy("collect", **pointed_at(server))
    server.answer = lambda asked: Reply(status=500)

    await paperboy("collect", **pointed_at(server))
    ended = await paperboy("trending", **pointed_at(server))

    assert "A Made Up Title" in ended.out
    assert "(answered 500)" in ended.out


async def test_doctor_says_which_source_is_well(paperboy: Paperboy, server: LocalHttp) -> None:
    ended = await paperboy("doctor", **pointed_at(server))

    assert "✓ huggingface" in ended.out
    assert "✓ arxiv" in ended.out


def signals(asked: Asked) -> Reply:
    """The same, with code on GitHub, its stars, and a story."""
    if asked.path == "/rate_limit":
        return json_reply({"resources": {"core": {"limit": 60, "remaining": 41, "reset": 0}}})
    if asked.path.startswith("/repos/"):
        sunday = datetime(2026, 4, 19, tzinfo=UTC)
        return json_reply([{"week": int(sunday.timestamp()), "days": [1, 2, 3, 4, 5, 6, 7]}])
    if asked.path.startswith("/api/v1/"):
        return json_reply({"hits": []})
    reply = lists(asked)
    if asked.path != "/api/daily_papers":
        return reply
    for number, each in enumerate(found := json.loads(reply.body)):
        each["paper"]["githubRepo"] = f"https://github.com/lab/{number}"
    return json_reply(found)


def with_signals(server: LocalHttp) -> dict[str, str]:
    return pointed_at(server) | {
        "PAPERBOY_GITHUB_STARS": "on",
        "PAPERBOY_GITHUB_URL": server.url,
        "PAPERBOY_GITHUB_TOKEN": CANARY,
        "PAPERBOY_HACKER_NEWS": "on",
        "PAPERBOY_HACKERNEWS_URL": server.url,
    }


async def test_nobody_is_asked_for_stars_and_stories_before_somebody_subscribes(
    paperboy: Paperboy, server: LocalHttp
) -> None:
    server.answer = signals

    await paperboy("run", **with_signals(server))
    await paperboy("collect", **with_signals(server))

    assert {path.split("/")[1] for path in server.paths} == {"api"}
    assert {path for path in server.paths if path.startswith("/api/v1/")} == set()


async def test_collect_reads_stars_and_stories_once_somebody_subscribes(
    paperboy: Paperboy, server: LocalHttp, tmp_path: Path
) -> None:
    server.answer = signals
    async with open_store(f"sqlite:///{tmp_path / 'data' / 'paperboy.db'}") as store:
        await store.subscriptions.add(subscription())

    first = await paperboy("collect", "--json", **with_signals(server))
    doctor = await paperboy("doctor", **with_signals(server))

    by_source = {visit["source"]: visit for visit in json.loads(first.out)}
    assert (by_source["github"]["signals"], by_source["github"]["requests"]) == (5, 5)
    assert (by_source["hackernews"]["requests"], by_source["hackernews"]["trouble"]) == (2, "")
    stars = [asked for asked in server.asked if asked.path.startswith("/repos/")]
    assert {asked.headers["authorization"] for asked in stars} == {f"Bearer {CANARY}"}
    assert all("authorization" not in asked.headers for asked in server.asked if asked.path.startswith("/api/"))
    assert "✓ github" in doctor.out
    assert "41 of 60" in doctor.out
    assert "✓ hackernews" in doctor.out
    assert "✓ github lists" in doctor.out
    assert CANARY not in first.out + first.err + doctor.out + doctor.err


async def test_each_signal_is_switched_off_by_its_setting(
    paperboy: Paperboy, server: LocalHttp, tmp_path: Path
) -> None:
    server.answer = signals
    async with open_store(f"sqlite:///{tmp_path / 'data' / 'paperboy.db'}") as store:
        await store.subscriptions.add(subscription())

    ended = await paperboy("collect", "--json", **with_signals(server) | {"PAPERBOY_GITHUB_STARS": "off"})
    assert {visit["source"] for visit in json.loads(ended.out)} == {"huggingface", "arxiv", "hackernews"}


async def test_no_secret_is_in_any_output(paperboy: Paperboy, server: LocalHttp) -> None:
    settings = pointed_at(server) | {
        "PAPERBOY_DATABASE_URL": f"postgresql://paperboy:{CANARY}@127.0.0.1:1/nothing",
        "PAPERBOY_LOG_LEVEL": "debug",
    }

    said = [await paperboy(*command, **settings) for command in (("trending",), ("doctor",), ("collect", "--json"))]

    assert all(CANARY not in ended.out + ended.err for ended in said)
    assert all(ended.code == 1 for ended in said)


async def test_every_fetch_and_every_command_is_one_rich_line(paperboy: Paperboy, server: LocalHttp) -> None:
    ended = await paperboy("trending", PAPERBOY_LOG_LEVEL="info", **pointed_at(server))

    lines = [json.loads(line) for line in ended.err.splitlines()]
    fetched, filled_in, command = lines
    assert (fetched["event"], fetched["source"], fetched["papers"], fetched["requests"]) == (
        "fetched",
        "huggingface",
        45,
        9,
    )
    assert (filled_in["event"], filled_in["source"]) == ("fetched", "arxiv")
    assert (command["event"], command["command"], command["outcome"]) == ("command", "trending", "answered")
    assert all(line["took_ms"] >= 0 and line["timestamp"] for line in lines)


async def test_lists_of_the_past_are_read_on_request(paperboy: Paperboy, server: LocalHttp) -> None:
    ended = await paperboy("collect", "--from", "2026-04-22", "--to", "2026-04-24", **pointed_at(server))

    assert "huggingface: 15 papers, 15 observations, 3 requests\n" in ended.out
    assert [asked.query["date"] for asked in server.asked[:3]] == ["2026-04-24", "2026-04-23", "2026-04-22"]


async def test_a_day_that_is_none_is_said(paperboy: Paperboy) -> None:
    ended = await paperboy("collect", "--from", "yesterday")

    assert ended.code == 2
    assert "'yesterday' is not a date; write it like 2026-04-24" in ended.err


async def test_a_last_day_needs_a_first(paperboy: Paperboy) -> None:
    ended = await paperboy("collect", "--to", "2026-04-24")

    assert ended.code == 2
    assert ended.err.startswith("paperboy: --to")


async def test_a_paper_that_is_not_stored_is_fetched_by_its_id(paperboy: Paperboy, server: LocalHttp) -> None:
    known = item("2511.22222")["paper"]
    server.answer = lambda asked: json_reply(known) if asked.path == "/api/papers/2511.22222" else lists(asked)

    ended = await paperboy("papers", "2511.22222", **pointed_at(server))

    assert "A Made Up Title for 2511.22222" in ended.out
