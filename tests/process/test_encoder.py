"""One decision for an installation, and what `paperboy doctor` tells about it."""

from __future__ import annotations

from pathlib import Path

from bot.app.cli.app import open_app
from bot.app.cli.encoder import check_encoder
from bot.app.cli.index import index
from bot.app.settings import Settings
from bot.query import parse
from bot.search.decision import OFF, decide, decided
from bot.search.encoders import open_encoder
from bot.search.models import DEFAULT
from bot.storage import Store, open_store
from tests.builders import NOON, TODAY, paper
from tests.local_http import LocalHttp, Reply
from tests.process.shipped import Paperboy
from tests.process.terminal import in_terminal
from tests.search.tiny_model import write_model
from tests.storage.harvests import harvest

CAR = paper("2604.00001", title="The automobile", abstract="")


async def test_one_process_decides_and_the_others_find_by_meaning_too_until_one_ends_it(tmp_path: Path) -> None:
    model = write_model(tmp_path / "model")

    def settings(encoder: str) -> Settings:
        return Settings(data_dir=tmp_path / "data", encoder=encoder, offline=True)

    async def found() -> list[str]:
        async with open_app(settings(""), lambda: NOON) as app:
            assert app.finder
            answer = await app.finder.find(parse("car", TODAY), 10)
            assert answer
            return list(answer.ids)

    async with open_app(settings(model), lambda: NOON) as app:
        await app.store.keep(harvest(CAR))
        assert app.finder
        await app.finder.follow()
        code = await index(app, "encode", as_json=True)
    by_meaning = await found()
    async with open_app(settings(OFF), lambda: NOON):
        pass

    assert code == 0
    assert by_meaning == [CAR.id]
    assert await found() == []


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


async def test_doctor_asks_on_a_terminal_and_a_no_decides_nothing(paperboy: Paperboy) -> None:
    async with LocalHttp(Reply(status=404)) as server:
        nowhere = {"PAPERBOY_HUGGINGFACE_URL": server.url, "PAPERBOY_ARXIV_URL": server.url}
        environment = paperboy.environment({"PAPERBOY_OFFLINE": "0", **nowhere})
        async with in_terminal("doctor", environment=environment) as terminal:
            told = await terminal.until("[y/N]")
            terminal.type("n\r")
            code = await terminal.ended()
        async with open_store(f"sqlite+aiosqlite:///{environment['PAPERBOY_DATA_DIR']}/paperboy.db") as store:
            name = await decided(store)

    assert DEFAULT in told
    assert code == 1  # the sources know no paper
    assert name == ""
