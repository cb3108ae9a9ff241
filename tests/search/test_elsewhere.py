from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.search_results import SearchResults
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.query import parse
from bot.search.finder import Finder
from bot.search.remote import RemoteSearch
from bot.services.bundle import build_services
from bot.services.search import SearchService
from bot.sources.arxiv import Arxiv
from bot.sources.huggingface import HuggingFace
from bot.storage import Store
from tests.builders import NOON, TODAY, paper
from tests.local_http import LocalHttp, Reply, json_reply
from tests.proofs.faults import Faults, faulty
from tests.storage.harvests import harvest

STORED = paper("2604.00001", title="Chess for robots")
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>"""
ENTRY = """<entry><id>http://arxiv.org/abs/{id}v1</id><title>{title}</title><summary>{title}</summary>
<published>2026-03-02T10:00:00Z</published><author><name>Ada Lovelace</name></author>
<category term="cs.RO" /></entry>"""


def arxiv_reply(*found: tuple[str, str], delay: float = 0.0) -> Reply:
    """Papers, each an id and a title, as arXiv writes them."""
    body = ATOM.format("".join(ENTRY.format(id=id, title=title) for id, title in found))
    return Reply(headers={"Content-Type": "application/atom+xml"}, body=body.encode(), delay=delay)


def huggingface_reply(*found: tuple[str, str], votes: int = 7) -> Reply:
    """Papers, each an id and a title, as Hugging Face writes them."""
    return json_reply(
        [
            {"paper": {"id": id, "title": title, "publishedAt": "2026-03-02T10:00:00.000Z", "upvotes": votes}}
            for id, title in found
        ]
    )


@asynccontextmanager
async def asking(
    store: Store, directory: Path, huggingface: Reply, arxiv: Reply, deadline: float = 5.0
) -> AsyncIterator[tuple[SearchService, LocalHttp, LocalHttp]]:
    """Search whose sources answer so, and the two servers."""
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(LocalHttp(reply)) for reply in (huggingface, arxiv)]
        sources = (
            await stack.enter_async_context(HuggingFace(servers[0].url)),
            await stack.enter_async_context(Arxiv(servers[1].url)),
        )
        finder = await Finder.open(store, directory)
        stack.push_async_callback(finder.close)
        await finder.follow()
        services = build_services(store, sources, finder, remote=RemoteSearch(store, sources, deadline))
        yield services.search, servers[0], servers[1]


async def ask(search: SearchService, text: str) -> SearchResults:
    return await search.find(parse(text, TODAY), NOON)


def ids(found: SearchResults) -> list[str]:
    return list(found.ids)


HF = huggingface_reply(("2603.00001", "Robots that play chess"), ("2603.00002", "Games and machines"))
ARXIV = arxiv_reply(("2603.00001", "Robots that play chess"), ("2603.00003", "A robot chess arm"))


async def test_both_sources_are_asked_and_each_paper_comes_once(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.keep(harvest(STORED))

    async with asking(sqlite_store, tmp_path, HF, ARXIV) as (search, huggingface, arxiv):
        found = await ask(search, "chess robots")

    assert sorted(ids(found)) == ["2603.00001", "2603.00002", "2603.00003", STORED.id]
    assert ids(found)[-1] == "2603.00002"
    assert found.brought == {"2603.00001": "huggingface", "2603.00002": "huggingface", "2603.00003": "arxiv"}
    assert found.asked == ("huggingface", "arxiv")
    assert not found.silent
    assert huggingface.asked[0].query["q"] == "chess robots"
    assert arxiv.asked[0].query["search_query"] == "all:chess AND all:robots"


async def test_what_they_bring_is_kept(sqlite_store: Store, tmp_path: Path) -> None:
    async with asking(sqlite_store, tmp_path, HF, ARXIV) as (search, _, _):
        await ask(search, "chess robots")

        assert await sqlite_store.papers.count() == 3
        assert ids(await ask(replace(search, remote=None), "machines votes:>=7")) == ["2603.00002"]


async def test_what_cannot_be_kept_is_an_answer_all_the_same(sqlite_store: Store, tmp_path: Path) -> None:
    faults = Faults(lambda name, times: name == "store.keep", expected=True, armed=True)

    async with asking(faulty(sqlite_store, faults), tmp_path, HF, ARXIV) as (search, _, _):
        found = await ask(search, "chess robots")

    assert sorted(ids(found)) == ["2603.00001", "2603.00002", "2603.00003"]
    assert faults.raised
    assert await sqlite_store.papers.count() == 0


async def test_what_is_known_better_stays_as_it_is(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.keep(harvest(STORED))
    reply = arxiv_reply((STORED.id, "Chess For Robots, an old title"))

    async with asking(sqlite_store, tmp_path, huggingface_reply(), reply) as (search, _, _):
        found = await ask(search, "chess robots")

    assert list(found.ids) == [STORED.id]
    assert not found.brought


async def test_a_slow_source_is_not_waited_for(sqlite_store: Store, tmp_path: Path) -> None:
    slow = arxiv_reply(("2603.00003", "A robot chess arm"), delay=30)

    async with asking(sqlite_store, tmp_path, HF, slow, deadline=0.5) as (search, _, _):
        started = time.monotonic()
        found = await ask(search, "chess robots")

    # the source would have taken 30 s
    assert time.monotonic() - started < 25
    assert found.silent == ("arxiv",)
    assert "2603.00001" in ids(found)


@pytest.mark.parametrize("broken", [Reply(status=404), Reply(body=b"<html>"), Reply(status=200, body=b"[")])
async def test_a_broken_source_costs_nobody_an_answer(sqlite_store: Store, tmp_path: Path, broken: Reply) -> None:
    await sqlite_store.keep(harvest(STORED))

    async with asking(sqlite_store, tmp_path, broken, ARXIV) as (search, _, _):
        found = await ask(search, "chess robots")

    assert found.silent == ("huggingface",)
    assert {STORED.id, "2603.00003"} <= set(ids(found))


async def test_a_source_that_asks_for_rest_gets_it(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.sources.failed(
        "huggingface", NOON, SourceTrouble(TroubleCode.RATE_LIMIT, "429"), NOON + timedelta(hours=1)
    )

    async with asking(sqlite_store, tmp_path, HF, ARXIV) as (search, huggingface, _):
        found = await ask(search, "chess robots")

    assert huggingface.asked == []
    assert found.silent == ("huggingface",)


async def test_the_same_question_is_not_asked_twice(sqlite_store: Store, tmp_path: Path) -> None:
    async with asking(sqlite_store, tmp_path, HF, ARXIV) as (search, huggingface, arxiv):
        first = await ask(search, "chess robots")
        again = await ask(search, "chess robots sort:relevance")

    assert (len(huggingface.asked), len(arxiv.asked)) == (1, 1)
    assert ids(again) == ids(first)
    assert not again.brought


async def test_after_ten_minutes_the_same_question_is_asked_again(sqlite_store: Store, tmp_path: Path) -> None:
    query, fresh = parse("chess robots", TODAY), timedelta(minutes=10)

    async with asking(sqlite_store, tmp_path, HF, ARXIV) as (search, huggingface, _):
        requests = []
        for passed in (timedelta(0), fresh - timedelta(seconds=1), fresh):
            await search.find(query, NOON + passed)
            requests.append(len(huggingface.asked))

    assert requests == [1, 1, 2]


async def test_filters_hold_for_what_sources_bring(sqlite_store: Store, tmp_path: Path) -> None:
    async with asking(sqlite_store, tmp_path, HF, ARXIV) as (search, _, _):
        assert ids(await ask(search, "chess robots after:2026-04")) == []
        assert ids(await ask(search, "chess robots cat:cs.RO")) == ["2603.00003"]
        assert "2603.00003" not in ids(await ask(search, "chess robots -arm"))


async def test_nobody_is_asked_where_enough_is_stored(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.keep(harvest(*(paper(f"2604.1000{n}", title=f"Chess {n}") for n in range(6))))

    async with asking(sqlite_store, tmp_path, HF, ARXIV) as (search, huggingface, arxiv):
        found = await ask(search, "chess")

    assert not found.asked
    assert huggingface.asked == arxiv.asked == []


async def test_a_paper_that_is_stored_under_its_doi_comes_once(sqlite_store: Store, tmp_path: Path) -> None:
    stored = paper("10.1101/2024.01.02.573456", server="biorxiv", title="Chess for robots")
    await sqlite_store.keep(harvest(stored))
    entry = ENTRY.format(id="2603.00001", title="Chess for robots").replace(
        "</entry>", "<arxiv:doi>10.1101/2024.01.02.573456v2</arxiv:doi></entry>"
    )
    feed = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">{}</feed>'
    reply = Reply(headers={"Content-Type": "application/atom+xml"}, body=feed.format(entry).encode())

    async with asking(sqlite_store, tmp_path, huggingface_reply(), reply) as (search, _, _):
        first, again = await ask(search, "chess robots"), await ask(search, "chess robots")

    assert ids(first) == ids(again) == ["2603.00001"]
    assert [each.aliases for each in await search.read(first, 0, 8)] == [(stored.id,)]
