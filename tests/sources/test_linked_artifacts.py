"""Models, datasets and Spaces of a paper, and newer forms of Hugging Face's answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.domain.artifacts import ArtifactKind, LinkedArtifacts
from bot.domain.sources import FetchResult
from bot.sources.huggingface import HuggingFace
from bot.sources.huggingface_schema import read_item
from tests.builders import NOON
from tests.local_http import LocalHttp, Reply, json_reply
from tests.shared import SOURCES, needs_bodies
from tests.sources.bodies import AT_ONCE, Json, item

#: when the recorded answers were given
CAPTURED = datetime(2026, 9, 10, tzinfo=UTC)


async def details(reply: Reply, id: str = "2604.00001", now: datetime = NOON) -> FetchResult:
    async with LocalHttp(reply) as server, HuggingFace(server.url, manners=AT_ONCE) as source:
        return await source.papers([id], now)


def paper(**linked: object) -> Json:
    found = item()["paper"]
    assert isinstance(found, dict)
    return found | linked


def by_kind(result: FetchResult) -> dict[ArtifactKind, LinkedArtifacts]:
    return {each.kind: each for each in result.artifacts}


@needs_bodies
async def test_a_recorded_paper_has_its_dataset() -> None:
    body = (SOURCES / "huggingface" / "paper__2608.09888__2026-09.json").read_bytes()

    result = await details(Reply(body=body), "2608.09888", CAPTURED)

    found = by_kind(result)
    (dataset,) = found[ArtifactKind.DATASET].artifacts
    assert (dataset.name, dataset.likes, dataset.downloads) == ("WhySoCodius/in-context-grid-reasoning", 1, 108)
    assert dataset.url == "https://huggingface.co/datasets/WhySoCodius/in-context-grid-reasoning"
    assert [found[kind].total for kind in ArtifactKind] == [0, 1, 0]
    assert (len(result.papers), result.rejected, result.looked_up) == (1, (), ("2608.09888",))


@needs_bodies
async def test_money_in_a_recorded_abstract_is_written_as_people_write_it() -> None:
    body = (SOURCES / "huggingface" / "paper__2608.09888__2026-09.json").read_bytes()

    (found,) = (await details(Reply(body=body), "2608.09888", CAPTURED)).papers

    assert "a computed inference cost of $0.0007 per task" in found.abstract
    assert "\\" not in found.abstract


@pytest.mark.parametrize(("raw", "clean"), [(r"\$0.0007 each", "$0.0007 each"), (r"for \38 a day", "for $38 a day")])
def test_escaped_and_half_eaten_money_is_mended(raw: str, clean: str) -> None:
    assert read_item(item(summary=raw), NOON).paper.abstract == clean


@needs_bodies
def test_a_trending_item_without_submitter_and_list_date_is_a_paper_on_no_list() -> None:
    path = SOURCES / "huggingface" / "daily_papers__sort=trending__first_item__2026-09.json"
    (raw,) = json.loads(path.read_bytes())

    parsed = read_item(raw, CAPTURED)

    assert (parsed.paper.id, parsed.paper.listed_on, parsed.listings) == ("2412.20138", None, ())
    assert parsed.paper.code_url == "https://github.com/tauricresearch/tradingagents"
    (seen,) = parsed.observations
    assert (seen.votes, seen.stars, seen.comments) == (140, 107_465, 6)


@needs_bodies
def test_an_item_of_a_month_is_on_the_list_of_its_day() -> None:
    path = SOURCES / "huggingface" / "daily_papers__month_or_window__first_item__2026-09.json"
    (raw,) = json.loads(path.read_bytes())

    parsed = read_item(raw, CAPTURED)

    assert [listing.day for listing in parsed.listings] == [parsed.paper.listed_on]


async def test_the_most_liked_comes_first_and_the_total_counts_those_that_are_not_told() -> None:
    models = [
        {"id": "lab/second", "likes": 5, "downloads": 900},
        {"id": "lab/first", "likes": 9, "downloads": 1},
        {"id": "lab/third", "likes": 5, "downloads": 7},
    ]

    result = await details(json_reply(paper(linkedModels=models, numTotalModels=12)))

    (linked,) = result.artifacts
    assert [each.name for each in linked.artifacts] == ["lab/first", "lab/second", "lab/third"]
    assert (linked.paper_id, linked.kind, linked.total) == ("2604.00001", ArtifactKind.MODEL, 12)
    assert linked.artifacts[0].url == "https://huggingface.co/lab/first"


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        "lab/model",
        {"likes": 3},
        {"id": 7},
        {"id": "../../etc/passwd"},
        {"id": "lab/model?x=<script>"},
        {"id": "javascript:alert(1)"},
        {"id": "lab/model/more"},
        {"id": "lab/secret", "private": True},
    ],
)
async def test_an_artifact_that_cannot_be_linked_is_left_out(damaged: object) -> None:
    good = {"id": "lab/space", "likes": "many", "downloads": -1}

    result = await details(json_reply(paper(linkedSpaces=[damaged, good])))

    (linked,) = result.artifacts
    (space,) = linked.artifacts
    assert (space.name, space.likes, space.downloads, linked.total) == ("lab/space", 0, 0, 1)


@pytest.mark.parametrize("changed", ["none", {"items": []}, 3])
async def test_fields_of_another_form_cost_nothing_else(changed: object) -> None:
    result = await details(json_reply(paper(linkedModels=changed, numTotalModels="many", numTotalDatasets=2)))

    assert len(result.papers) == 1
    assert [(each.kind, each.total) for each in result.artifacts] == [(ArtifactKind.DATASET, 2)]


async def test_a_paper_that_is_not_indexed_was_looked_up() -> None:
    result = await details(Reply(status=404, body=b'{"error":"Paper not found"}'))

    assert (result.papers, result.artifacts, result.looked_up) == ((), (), ("2604.00001",))
