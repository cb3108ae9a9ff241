"""The shipped process on Telegram, as an operator would run it."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.storage import open_store
from tests.adapters.telegram.server import TOKEN, Fault, LocalTelegram
from tests.databases import sqlite_url
from tests.process.shipped import Paperboy, Running, run_module
from tests.services.ledger import fill
from tests.storage.ledger import subscription

GROUP = -1001000000001


def settings(server: LocalTelegram, home: Path) -> dict[str, str]:
    return {
        "PAPERBOY_DATABASE_URL": sqlite_url(home),
        "PAPERBOY_TELEGRAM_TOKEN": TOKEN,
        "PAPERBOY_TELEGRAM_API_URL": server.url,
        "PAPERBOY_LOG_LEVEL": "debug",
    }


@asynccontextmanager
async def running(server: LocalTelegram, home: Path) -> AsyncIterator[Running]:
    child = await run_module("bot", "run", environment=Paperboy(home).environment(settings(server, home)), home=home)
    try:
        yield child
    finally:
        child.kill()
        await child.communicate()


async def due(home: Path, *chats: Chat) -> None:
    """A digest is due in each of these chats."""
    async with open_store(sqlite_url(home)) as store:
        await fill(store, at=datetime.now(UTC) - timedelta(hours=1))
        for chat in chats:
            await store.subscriptions.add(subscription(chat=chat, next_at=datetime.now(UTC)))


async def states(home: Path, chat: Chat) -> list[DeliveryState]:
    async with open_store(sqlite_url(home)) as store:
        return [each.state for each in await store.deliveries.of(chat, 9)]


async def test_it_answers_delivers_and_ends_in_good_order_without_a_word_of_the_token(tmp_path: Path) -> None:
    async with LocalTelegram() as server:
        ada = server.world.add_person("Ada", 7)
        server.world.add_place(GROUP)
        await due(tmp_path, Chat("telegram", str(GROUP)))
        server.fail("getUpdates", Fault("502"), Fault("reset"))

        async with running(server, tmp_path) as child:
            digest = await server.next_message(server.world.places[GROUP], within=30)
            await server.say(ada, "/privacy")
            answer = await server.next_message(ada, within=30)
            child.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                out, err = await child.communicate()

    assert digest.text.startswith("Trending papers")
    assert answer.text.startswith("Privacy")
    assert child.returncode == 0
    assert TOKEN.partition(":")[2] not in (out + err).decode()
    assert await states(tmp_path, Chat("telegram", str(GROUP))) == [DeliveryState.SENT]


async def test_a_process_that_is_killed_while_it_sends_leaves_a_doubt_that_is_shown_and_not_repeated(
    tmp_path: Path,
) -> None:
    chat = Chat("telegram", str(GROUP))
    async with LocalTelegram() as server:
        server.world.add_place(GROUP)
        await due(tmp_path, chat)
        server.fail("sendMessage", Fault("hang", after=True))
        async with running(server, tmp_path) as child:
            await server.until(lambda: server.count("sendMessage") == 1, within=30)
            child.kill()
            await child.communicate()

        later = datetime.now(UTC) + timedelta(minutes=5)
        shipped = Paperboy(tmp_path, **settings(server, tmp_path))
        await shipped("deliver", "--at", later.isoformat())
        told = await shipped("deliveries", "--state", "uncertain")

        assert len(server.world.of(GROUP)) == 1
    assert await states(tmp_path, chat) == [DeliveryState.UNCERTAIN]
    assert str(chat) in told.out


async def test_the_doctor_looks_at_the_bot(tmp_path: Path) -> None:
    async with LocalTelegram() as server:
        elsewhere = {"PAPERBOY_HUGGINGFACE_URL": server.url, "PAPERBOY_ARXIV_URL": server.url, "PAPERBOY_OFFLINE": "0"}
        told = await Paperboy(tmp_path, **settings(server, tmp_path))("doctor", **elsewhere)

    assert re.search(r"^✓ telegram .*@paperboy_bot", told.out, re.MULTILINE)
    assert TOKEN.partition(":")[2] not in told.out + told.err


async def test_a_wrong_token_is_refused_with_one_line(tmp_path: Path) -> None:
    ended = await Paperboy(tmp_path)("run", PAPERBOY_TELEGRAM_TOKEN="nonsense-canary")  # noqa: S106 - nobody's

    assert ended.code == 2
    assert ended.err.startswith("paperboy: PAPERBOY_TELEGRAM_TOKEN: ")
    assert "canary" not in ended.err


async def test_a_token_that_telegram_refuses_ends_the_process_with_one_line(tmp_path: Path) -> None:
    async with LocalTelegram() as server:
        server.revoked = True
        ended = await Paperboy(tmp_path, **settings(server, tmp_path))("run")

    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith("paperboy: ")
    assert "PAPERBOY_TELEGRAM_TOKEN" in ended.err.splitlines()[-1]
    assert TOKEN.partition(":")[2] not in ended.out + ended.err


async def test_a_copy_of_the_database_that_is_put_back_sends_nothing_twice(tmp_path: Path) -> None:
    database = tmp_path / "papers.db"
    async with LocalTelegram() as server:
        people = [server.world.add_person(f"Person {number}", number) for number in range(1, 4)]
        await due(tmp_path, *(Chat("telegram", str(person.id)) for person in people))
        shutil.copy(database, tmp_path / "copy")
        paperboy = Paperboy(tmp_path, **settings(server, tmp_path))

        first = await paperboy("deliver")
        shutil.copy(tmp_path / "copy", database)
        second = await paperboy("deliver")
        listed = await paperboy("deliveries", "--state", "uncertain", "--json")
        doctor = await paperboy("doctor", "--live", "--json")

        assert [len(server.world.of(person.id)) for person in people] == [1, 1, 1]
    assert (first.code, second.code) == (0, 0)
    assert [each["reason"] for each in json.loads(listed.out)] == ["restored"] * 3
    assert "restore" in [each["name"] for each in json.loads(doctor.out)]
