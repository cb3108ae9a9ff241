"""Europe PMC beside Hugging Face and arXiv: which sources a question is put to, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.papers import Paper
from bot.domain.ports import PaperLookup
from bot.domain.search_results import SearchResults
from bot.query import parse
from bot.search.coverage import may_have, of_life_sciences
from bot.search.finder import Finder
from bot.search.remote import RemoteSearch
from bot.services.bundle import Services, build_services
from bot.sources.arxiv import Arxiv
from bot.sources.biorxiv import Biorxiv
from bot.sources.europepmc import EuropePmc
from bot.sources.huggingface import HuggingFace
from bot.storage import Store
from tests.builders import NOON, TODAY, paper
from tests.local_http import LocalHttp, Reply, json_reply
from tests.search.test_elsewhere import arxiv_reply, huggingface_reply
from tests.sources.bodies import AT_ONCE, NO_DETAILS, article, details, preprint, results
from tests.storage.harvests import harvest

NAMES = ("huggingface", "arxiv", "biorxiv", "europepmc")
SLEEP = article("10.1101/500001", title="Sleep of zebrafish")
NATURE = article("10.1038/s41586-026-1", title="Sleep of mice", source="MED", license="")


@dataclass(frozen=True, slots=True)
class RecordingSource:
    """Services whose sources are local servers."""

    services: Services
    servers: dict[str, LocalHttp]

    @property
    def asked(self) -> set[str]:
        return {name for name, server in self.servers.items() if server.asked}

    async def find(self, text: str) -> SearchResults:
        return await self.services.search.find(parse(text, TODAY), NOON)


@asynccontextmanager
async def asking(store: Store, directory: Path, europepmc: Reply, biorxiv: Reply) -> AsyncIterator[RecordingSource]:
    async with AsyncExitStack() as stack:
        replies = (huggingface_reply(), arxiv_reply(), biorxiv, europepmc)
        servers = {
            name: await stack.enter_async_context(LocalHttp(reply)) for name, reply in zip(NAMES, replies, strict=True)
        }
        sources: list[PaperLookup] = [
            await stack.enter_async_context(source)
            for source in (
                HuggingFace(servers["huggingface"].url, manners=AT_ONCE),
                Arxiv(servers["arxiv"].url, manners=AT_ONCE),
                Biorxiv(servers["biorxiv"].url, manners=AT_ONCE),
                EuropePmc(servers["europepmc"].url, manners=AT_ONCE),
            )
        ]
        finder = await Finder.open(store, directory)
        stack.push_async_callback(finder.close)
        await finder.follow()
        yield RecordingSource(build_services(store, sources, finder, remote=RemoteSearch(store, sources, 5)), servers)


def stored(count: int, **facts: object) -> Sequence[Paper]:
    return [paper(f"10.1101/60000{n}", title=f"Sleep number {n}", server="biorxiv", **facts) for n in range(count)]


async def test_a_topic_with_few_papers_is_put_to_every_source_that_can_be_searched(
    sqlite_store: Store, tmp_path: Path
) -> None:
    async with asking(sqlite_store, tmp_path, json_reply(results(SLEEP, NATURE)), json_reply(NO_DETAILS)) as it:
        found = await it.find("sleep")

    assert it.asked == {"huggingface", "arxiv", "europepmc"}
    assert {each.id: each.url for each in found.known.values()} == {
        "10.1101/500001": "https://www.biorxiv.org/content/10.1101/500001",
        "10.1038/s41586-026-1": "https://doi.org/10.1038/s41586-026-1",
    }
    assert found.brought == dict.fromkeys(("10.1101/500001", "10.1038/s41586-026-1"), "europepmc")
    closed = await sqlite_store.papers.get("10.1038/s41586-026-1")
    assert closed
    assert not closed.abstract


async def test_a_preprint_and_its_article_are_one_result(sqlite_store: Store, tmp_path: Path) -> None:
    relation = {"id": "41792208", "source": "MED", "type": "Preprint of"}
    preprint = article("10.1101/500001", title="Sleep", commentCorrectionList={"commentCorrection": [relation]})
    published = article("10.1038/s41586-026-1", title="Sleep", id="41792208", source="MED")
    async with asking(sqlite_store, tmp_path, json_reply(results(published, preprint)), json_reply(NO_DETAILS)) as it:
        found = await it.find("sleep")

    assert list(found.ids) == ["10.1101/500001"]
    assert await sqlite_store.papers.count() == 1


async def test_a_topic_of_the_life_sciences_is_put_to_europe_pmc_although_enough_is_stored(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await sqlite_store.keep(harvest(*stored(8)))
    async with asking(sqlite_store, tmp_path, json_reply(results(SLEEP)), json_reply(NO_DETAILS)) as it:
        found = await it.find("sleep")

    assert it.asked == {"europepmc"}
    assert found.asked == ("europepmc",)
    assert "10.1101/500001" in set(found.ids)


async def test_other_topics_are_not_put_to_it_where_enough_is_stored(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.keep(harvest(*(paper(f"2604.1000{n}", title=f"Sleep {n}") for n in range(8))))
    async with asking(sqlite_store, tmp_path, json_reply(results(SLEEP)), json_reply(NO_DETAILS)) as it:
        await it.find("sleep")

    assert it.asked == set()


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("sleep server:biorxiv", {"europepmc"}),
        ("sleep server:arxiv", {"huggingface", "arxiv"}),
        ("sleep -server:arxiv", {"europepmc"}),
        ("sleep server:arxiv,medrxiv", {"huggingface", "arxiv", "europepmc"}),
        # its papers have no categories
        ("sleep cat:neuroscience", set()),
        ("sleep cat:cs.CL", {"huggingface", "arxiv"}),
        ("server:biorxiv", set()),
    ],
)
async def test_a_question_is_put_only_to_sources_that_may_have_such_papers(
    sqlite_store: Store, tmp_path: Path, typed: str, asked: set[str]
) -> None:
    async with asking(sqlite_store, tmp_path, json_reply(results(SLEEP)), json_reply(NO_DETAILS)) as it:
        found = await it.find(typed)

    assert it.asked == asked
    assert {each.server for each in found.known.values() if each.id in found.ids} <= {"biorxiv"}


@pytest.mark.parametrize(
    "broken", [Reply(body=b""), Reply(status=503), json_reply({"errCode": 500}), Reply(status=429)]
)
async def test_a_broken_answer_costs_nobody_an_answer(sqlite_store: Store, tmp_path: Path, broken: Reply) -> None:
    await sqlite_store.keep(harvest(*stored(2)))
    async with asking(sqlite_store, tmp_path, broken, json_reply(NO_DETAILS)) as it:
        found = await it.find("sleep")

    assert len(found.ids) == 2
    assert found.silent == ("europepmc",)


async def test_a_doi_is_looked_up_where_it_may_be(sqlite_store: Store, tmp_path: Path) -> None:
    europepmc, biorxiv = json_reply(results(NATURE)), json_reply(details(preprint("10.1101/500001")))
    async with asking(sqlite_store, tmp_path, europepmc, biorxiv) as it:
        named = await it.services.papers.named_in("https://doi.org/10.1101/500001v2 and 10.1038/s41586-026-1", NOON)

    assert {each.id: each.title for each in named.papers} == {
        "10.1101/500001": "A Made Up Preprint 10.1101/500001",
        "10.1038/s41586-026-1": "Sleep of mice",
    }
    assert not it.servers["arxiv"].asked


def test_what_a_query_is_about_is_said_by_itself_or_by_its_best_papers() -> None:
    bio, cs = stored(10), [paper(f"2604.1000{n}") for n in range(10)]
    neuro = [paper(f"2604.2000{n}", categories=("q-bio.NC",)) for n in range(10)]

    def about(text: str, papers: Sequence[Paper]) -> bool:
        return of_life_sciences(parse(text, TODAY), papers)

    assert about("server:biorxiv sleep", cs)
    assert about("cat:neuroscience sleep", [])
    assert not about("cat:cs.CL sleep", bio)
    assert not about("server:arxiv sleep", bio)
    assert about("sleep", bio)
    assert about("sleep", neuro)
    assert not about("sleep", [])
    assert not about("sleep", [*cs[:5], *bio])


def test_a_source_that_is_not_registered_may_have_anything() -> None:
    assert may_have("made up", parse("server:medrxiv", TODAY))
