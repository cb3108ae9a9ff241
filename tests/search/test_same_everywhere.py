"""What a subscription lets through is the beginning of what /papers answers, in the same order, for each topic."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
import pytest_asyncio

from bot.domain.papers import ListRange
from bot.domain.trending import Sort
from bot.query import parse
from bot.search import topic_of
from bot.search.finder import Finder
from bot.services.bundle import Services, build_services
from bot.sources.archive import Archive
from bot.storage import open_store
from tests.selection import one_in
from tests.shared import PAPERS, SHARED, needs_shared

FIRST, LAST = date(2026, 4, 1), date(2026, 4, 30)
NOW = datetime(2026, 4, 30, 20, tzinfo=UTC)
TOPICS = SHARED / "data" / "topics" / "queries.jsonl"

pytestmark = needs_shared


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def services(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Services]:
    """Services that know the papers of a month of lists, and no others."""
    home = tmp_path_factory.mktemp("month")
    with (
        gzip.open(PAPERS / "papers.jsonl.gz", "rt") as lines,
        (home / "month.jsonl").open("w") as chosen,
    ):
        chosen.writelines(line for line in lines if _listed(line))
    async with open_store(f"sqlite:///{home / 'papers.db'}") as store:
        for harvest in Archive(home / "month.jsonl").harvests():
            await store.keep(harvest)
        finder = await Finder.open(store, home)
        await finder.follow()
        yield build_services(store, (), finder, prior=0.1)
        await finder.close()


def _listed(line: str) -> bool:
    return any(str(FIRST) <= day <= str(LAST) for day in json.loads(line)["list_dates"])


def topics() -> list[str]:
    if not TOPICS.is_file():
        return []
    return [json.loads(line)["text"] for line in TOPICS.read_text().splitlines()]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("text", one_in(3, ["agents or robotics", *topics(), "kv cache strict:yes"]))
async def test_a_topic_is_one_thing_everywhere(services: Services, text: str) -> None:
    query = parse(text, NOW.date())
    topic = topic_of(query)

    through, considered = await services.search.let_through(query, FIRST, LAST, NOW)
    found = await services.search.find(query, NOW)
    digest = await services.digests.digest(ListRange.MONTH, Sort.TRENDING, query, NOW)

    ids = [each.paper.id for each in through]
    assert 0 < len(ids) < considered
    assert list(found.ids)[: len(ids)] == ids
    assert found.exact == len(ids)
    assert digest.considered == len(ids)
    assert all(topic.judge(pick.trend.paper) for pick in digest.picks)
