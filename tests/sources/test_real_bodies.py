"""Everything that the sources really answered, through the same code and a real server."""

from __future__ import annotations

import json
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest

from bot.domain.errors import FetchError
from bot.domain.sources import FetchResult
from bot.sources.archive import Archive
from bot.sources.arxiv import Arxiv
from bot.sources.huggingface import HuggingFace
from tests.builders import NOON
from tests.local_http import Asked, LocalHttp, Reply
from tests.shared import PAPERS, needs_shared
from tests.sources.bodies import AT_ONCE

pytestmark = needs_shared

GENERATIONS = (
    "date=2024-05-27__captured=2024-06-01T170721Z",
    "date=2024-10-18__captured=2024-10-18T170731Z",
    "date=2025-07-28__captured=2025-07-28T075310Z",
    "date=2026-05-13__captured=2026-05-13T100737Z",
    "date=2026-08-21__captured=2026-08-21T081907Z",
)


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)


class Hub:
    """Answers for each day with the body that was captured of it."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def __call__(self, asked: Asked) -> Reply:
        return Reply(body=self.bodies[asked.query["date"]], headers={"Content-Type": "application/json"})


def captured() -> Iterator[tuple[date, datetime, bytes]]:
    with tarfile.open(PAPERS / "daily_papers_raw.tar.xz") as archive:
        for member in archive:
            body = archive.extractfile(member)
            if body is not None and member.name.endswith(".json"):
                day, _, at = Path(member.name).stem.partition("__captured_")
                yield date.fromisoformat(day), moment(at), body.read()


async def listed(day: date, now: datetime, body: bytes) -> FetchResult:
    hub = Hub()
    hub.bodies[day.isoformat()] = body
    async with LocalHttp(hub) as server, HuggingFace(server.url, manners=AT_ONCE) as source:
        return await source.day(day, now)


@pytest.mark.parametrize("generation", GENERATIONS)
async def test_every_generation_of_the_schema_is_read_whole(generation: str) -> None:
    day, _, at = generation.removeprefix("date=").partition("__captured=")
    body = (PAPERS / "fixtures" / "hf_daily_papers" / f"daily_papers__{generation}.json").read_bytes()

    harvest = await listed(date.fromisoformat(day), moment(at), body)

    assert harvest.rejected == ()
    assert len(harvest.papers) == len(harvest.observations) == len(json.loads(body))
    assert {listing.day for listing in harvest.listings} == {date.fromisoformat(day)}


async def test_captured_lists_of_every_age_are_read_whole() -> None:
    counted = await read_whole(captured(), every=12)

    assert counted["lists"] > 40
    assert counted["papers"] == counted["observations"] == counted["listings"] > 500
    assert counted["rejected"] == 0


@pytest.mark.proof
async def test_every_list_that_was_ever_captured_is_read_whole() -> None:
    counted = await read_whole(captured(), every=1)

    assert counted == {"lists": 482, "papers": 7_616, "observations": 7_616, "listings": 7_616, "rejected": 0}


async def read_whole(lists: Iterator[tuple[date, datetime, bytes]], every: int) -> Counter[str]:
    """Read each so many-th list; counts what it brought."""
    hub = Hub()
    counted: Counter[str] = Counter()
    async with LocalHttp(hub) as server, HuggingFace(server.url, manners=AT_ONCE) as source:
        for day, at, body in islice(lists, 0, None, every):
            hub.bodies[day.isoformat()] = body

            harvest = await source.day(day, at)

            assert {listing.day for listing in harvest.listings} <= {day}
            assert all(paper.title and paper.authors and paper.published_at for paper in harvest.papers)
            counted.update(
                lists=1,
                papers=len(harvest.papers),
                observations=len(harvest.observations),
                listings=len(harvest.listings),
                rejected=len(harvest.rejected),
            )
    return counted


ARCHIVE = (PAPERS / "papers.jsonl.gz", PAPERS / "upvote_observations.csv.gz")


def test_the_beginning_of_the_archive_is_read_whole() -> None:
    harvests = list(islice(Archive(*ARCHIVE).harvests(), 4))

    assert [len(harvest.papers) for harvest in harvests] == [500] * 4
    assert [len(harvest.observations) for harvest in harvests] == [500] * 4
    assert [harvest.rejected for harvest in harvests] == [()] * 4


@pytest.mark.proof
def test_the_archive_is_read_whole_within_fifteen_seconds() -> None:
    archive = Archive(*ARCHIVE)
    counted: Counter[str] = Counter()
    started = time.process_time()

    for harvest in archive.harvests():
        counted.update(
            papers=len(harvest.papers), observations=len(harvest.observations), rejected=len(harvest.rejected)
        )

    assert counted == {"papers": 10_780, "observations": 10_780 + 25_278, "rejected": 0}
    assert archive.read_bytes == archive.total_bytes
    assert time.process_time() - started < 15


async def atom(name: str, status: int = 200) -> FetchResult:
    body = (PAPERS / "fixtures" / "arxiv_atom" / f"{name}.xml").read_bytes()
    async with LocalHttp(Reply(status=status, body=body)) as server, Arxiv(server.url, manners=AT_ONCE) as source:
        return await source.search("testing", 100, NOON)


@pytest.mark.parametrize(
    ("name", "papers"),
    [
        ("id_list_missing", 0),
        ("id_list_one", 1),
        ("id_list_two", 1),
        ("id_list_with_journal_ref", 1),
        ("search_10", 10),
    ],
)
async def test_every_feed_is_read_whole(name: str, papers: int) -> None:
    harvest = await atom(name)

    assert (len(harvest.papers), harvest.rejected) == (papers, ())
    assert all(paper.categories and paper.authors and paper.abstract for paper in harvest.papers)


async def test_the_feed_of_an_error_says_its_sentence() -> None:
    with pytest.raises(FetchError, match=r"answered 400 \(incorrect id format for abc\)"):
        await atom("error_400_bad_id", status=400)
