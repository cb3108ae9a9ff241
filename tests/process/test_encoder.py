"""Search by meaning in whole commands, and what `paperboy doctor` tells about it."""

from __future__ import annotations

import json
from pathlib import Path

from bot.app.cli.encoder import check_encoder
from bot.search.decision import decide
from bot.search.encoders import open_encoder
from bot.storage import Store
from tests.builders import NOON, paper
from tests.process.shipped import Paperboy
from tests.search.tiny_model import write_model
from tests.storage.harvests import harvest

#: a word that no paper of the sample has, beside words that some have
WORDS = {"qwzzy": (1.0, 0.0), "robot": (1.0, 0.1), "robots": (1.0, 0.1), "video": (0.0, 1.0), "the": (0.1, 1.0)}


async def test_one_process_decides_and_the_others_find_by_meaning_too_until_one_ends_it(tmp_path: Path) -> None:
    model = write_model(tmp_path / "model", WORDS)
    decider, follower = (
        Paperboy(tmp_path / "data", PAPERBOY_OFFLINE="1", **chosen) for chosen in ({"PAPERBOY_ENCODER": model}, {})
    )
    # fills the store with the sample
    await decider("papers", "video")
    made = await decider("index", "encode")

    found = json.loads((await follower("papers", "qwzzy", "--json")).out)
    await Paperboy(tmp_path / "data", PAPERBOY_OFFLINE="1", PAPERBOY_ENCODER="off")("papers", "video")
    after = json.loads((await follower("papers", "qwzzy", "--json")).out)

    assert made.code == 0
    assert "robot" in json.dumps(found["papers"][0]).casefold()
    assert after["papers"] == []


async def test_without_an_encoder_there_is_nothing_to_encode(paperboy: Paperboy) -> None:
    ended = await paperboy("index", "encode")

    assert ended.code == 1
    assert "PAPERBOY_ENCODER" in ended.out


async def test_doctor_tells_how_many_papers_have_a_vector(sqlite_store: Store, tmp_path: Path) -> None:
    model = write_model(tmp_path / "model")
    await sqlite_store.keep(harvest(paper("2604.00001"), paper("2604.00002")))
    none = await check_encoder(sqlite_store, tmp_path)
    await decide(sqlite_store, model, NOON)
    [one] = await sqlite_store.papers.many(["2604.00001"])
    await sqlite_store.vectors.put(open_encoder(model, tmp_path).key, {one: b"\0\1"}, NOON)

    half = await check_encoder(sqlite_store, tmp_path)

    assert none.ok
    assert "PAPERBOY_ENCODER" in none.detail
    assert half.ok
    assert "1 of 2 papers" in half.detail


async def test_doctor_is_red_where_the_decided_model_cannot_be_loaded(sqlite_store: Store, tmp_path: Path) -> None:
    await decide(sqlite_store, str(tmp_path / "gone"), NOON)

    found = await check_encoder(sqlite_store, tmp_path)

    assert not found.ok
    assert "gone" in found.detail
