from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.process.shipped import Paperboy
from tests.search.test_elsewhere import arxiv_reply, huggingface_reply


async def test_the_index_says_how_it_is_and_is_made_anew(paperboy: Paperboy) -> None:
    await paperboy("papers", "video")

    status = json.loads((await paperboy("index", "status", "--json")).out)
    shutil.rmtree(status["directory"])
    rebuilt = await paperboy("index", "rebuild")

    assert status["papers"] == status["stored"] == 126
    assert rebuilt.code == 0
    assert rebuilt.out.startswith("126 of 126 papers are in the index")


async def test_a_query_for_a_program_is_answered_in_full(paperboy: Paperboy) -> None:
    ended = await paperboy("papers", "vidoe generation top 2 ()", "--json")

    found = json.loads(ended.out)
    assert found["query"] == "vidoe generation top:2"
    assert found["ignored"] == ["()"]
    assert found["corrected"] == {"vidoe": "video"}
    assert len(found["papers"]) == 2
    assert found["asked"] == []


def answering(asked: Asked) -> Reply:
    if asked.path == "/api/papers/search":
        return huggingface_reply(("2603.00001", "Zebrafish that play chess"))
    return json_reply([]) if asked.path == "/api/daily_papers" else arxiv_reply()


@pytest.mark.parametrize(("setting", "brought"), [("true", ["huggingface"]), ("false", [])])
async def test_sources_are_asked_where_they_may_be(tmp_path: Path, setting: str, brought: list[str]) -> None:
    async with LocalHttp(answering) as server:
        paperboy = Paperboy(
            tmp_path,
            PAPERBOY_OFFLINE="0",
            PAPERBOY_HUGGINGFACE_URL=server.url,
            PAPERBOY_ARXIV_URL=server.url,
            PAPERBOY_SEARCH_SOURCES=setting,
        )
        ended = await paperboy("papers", "zebrafish chess", "--json")

    assert [paper["brought_by"] for paper in json.loads(ended.out)["papers"]] == brought
