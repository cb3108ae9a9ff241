"""The shipped command against a local Discord."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.storage import Store, open_store
from tests.adapters.discord.interactions import Interaction
from tests.adapters.discord.people import Person, labels_of
from tests.adapters.discord.scene import GENEROUS
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.world import TOKEN, Channel
from tests.databases import Postgres, sqlite_url
from tests.local_http import LocalHttp, Reply
from tests.process.shipped import Paperboy, Running, run_module
from tests.services.ledger import fill
from tests.storage.ledger import subscription


@pytest.fixture
async def local() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as running:
        yield running
    assert "\n".join(running.complaints) == ""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Papers of the last hour."""
    async with open_store(sqlite_url(tmp_path)) as opened:
        await fill(opened, at=datetime.now(UTC) - timedelta(hours=1))
        yield opened


@asynccontextmanager
async def shipped(tmp_path: Path, local: LocalDiscord, *arguments: str) -> AsyncIterator[Running]:
    """`paperboy`, which is told to stop when the test is done with it, and must stop in good order."""
    settings = settings_of(tmp_path, local) | {"PAPERBOY_LOG_LEVEL": "debug"}
    child = await run_module("bot", *arguments, environment=Paperboy(tmp_path).environment(settings), home=tmp_path)
    said = asyncio.create_task(child.communicate())
    try:
        yield child
        child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            out, err = await said
        assert child.returncode == 0, err.decode()
        assert TOKEN.encode() not in out + err
    finally:
        child.kill()
        await said


def settings_of(tmp_path: Path, local: LocalDiscord) -> dict[str, str]:
    return {
        "PAPERBOY_DATABASE_URL": sqlite_url(tmp_path),
        "PAPERBOY_DISCORD_TOKEN": TOKEN,
        "PAPERBOY_DISCORD_API_URL": local.url,
        "PAPERBOY_DISCORD_GATEWAY_URL": local.gateway.url,
    }


async def posted(local: LocalDiscord, channel: Channel) -> None:
    async with asyncio.timeout(30):
        while not local.world.posted(channel):  # noqa: ASYNC110 - another process posts
            await asyncio.sleep(0.05)


async def listening(paperboy: Paperboy) -> dict[str, Any]:
    """Ask the doctor until it knows of a listener that is well: the first heartbeat takes a while on a busy machine."""
    async with asyncio.timeout(30):
        while True:
            doctor = await paperboy("doctor", "--live", "--json")
            found: list[dict[str, Any]] = [each for each in json.loads(doctor.out) if each["name"] == "discord"]
            if found and found[0]["ok"]:
                return found[0]
            await asyncio.sleep(0.2)


async def test_paperboy_run_answers_people_delivers_and_is_seen_to_be_well(
    local: LocalDiscord, store: Store, tmp_path: Path
) -> None:
    channel = local.world.channel(local.world.guild())
    await store.subscriptions.add(subscription(chat=Chat("discord", channel.id), next_at=datetime.now(UTC)))
    paperboy = Paperboy(tmp_path, **settings_of(tmp_path, local))

    async with shipped(tmp_path, local, "run"):
        await local.gateway.heard()
        answer = await Person(local, channel).type("trending")
        await posted(local, channel)
        found = await listening(paperboy)

    assert "1" in answer.buttons
    assert answer.alone
    assert "1" in labels_of(local.world.posted(channel)[0].body)
    assert len(local.world.posted(channel)) == 1
    assert found["detail"].startswith("servers: 1, ")
    assert found["ok"]


async def test_paperboy_work_delivers_without_a_gateway(local: LocalDiscord, store: Store, tmp_path: Path) -> None:
    channel = local.world.channel(local.world.guild())
    chat = Chat("discord", channel.id)
    await store.subscriptions.add(subscription(chat=chat, next_at=datetime.now(UTC)))

    async with shipped(tmp_path, local, "work"):
        await posted(local, channel)

    assert local.gateway.identified == 0
    assert [each.state for each in await store.deliveries.of(chat, 9)] == [DeliveryState.SENT]


@pytest.mark.parametrize("token", [TOKEN, "an.old.one"])
async def test_the_doctor_prints_the_invitation_or_what_to_do_about_the_token(
    local: LocalDiscord, tmp_path: Path, token: str
) -> None:
    local.world.guild()
    settings = settings_of(tmp_path, local) | {"PAPERBOY_DISCORD_TOKEN": token, "PAPERBOY_OFFLINE": "0"}
    async with LocalHttp(Reply(status=404)) as sources:
        settings |= {"PAPERBOY_HUGGINGFACE_URL": sources.url, "PAPERBOY_ARXIV_URL": sources.url}
        ended = await Paperboy(tmp_path, **settings)("doctor")

    assert token not in ended.out + ended.err
    if token == TOKEN:
        assert "permissions=274877991936&scope=bot%20applications.commands" in ended.out
        assert "servers: 1" in ended.out
    else:
        assert "PAPERBOY_DISCORD_TOKEN" in ended.out


async def test_a_token_that_discord_refuses_ends_the_process_with_one_line(tmp_path: Path) -> None:
    wrong = "MTIz.nobodys.canary-token"
    async with LocalDiscord() as local:
        ended = await Paperboy(tmp_path, **settings_of(tmp_path, local) | {"PAPERBOY_DISCORD_TOKEN": wrong})("run")

    assert ended.code == 2
    assert "PAPERBOY_DISCORD_TOKEN" in ended.err.splitlines()[-1]
    assert "canary" not in ended.out + ended.err


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """An empty corner of PostgreSQL."""
    with postgres.schema() as url:
        yield url


@pytest.mark.proof
async def test_a_new_version_takes_over_on_one_postgresql_without_a_gap_or_a_double(
    local: LocalDiscord, database: str, tmp_path: Path
) -> None:
    """Two `paperboy run`, one token: the second waits, the first is told to stop while people ask."""
    local.checked = False
    local.interactions.deadline = GENEROUS
    channel = local.world.channel(local.world.guild())
    settings = settings_of(tmp_path, local) | {"PAPERBOY_DATABASE_URL": database}
    environment = Paperboy(tmp_path).environment(settings)
    old, new = [await run_module("bot", "run", environment=environment, home=tmp_path) for _ in range(2)]
    heard = [asyncio.create_task(each.communicate()) for each in (old, new)]
    try:
        await local.gateway.heard()
        await asyncio.sleep(8)
        assert local.gateway.identified == 1
        asked: list[Interaction] = []
        while local.gateway.identified < 2 or old.returncode is None:
            person = Person(local, channel, id=str(1000 + len(asked)))
            asked.append(await person.begin(2, person.command("help")))
            if len(asked) == 10:
                old.send_signal(signal.SIGTERM)
            assert len(asked) < 600
            await asyncio.sleep(0.1)
        _, said = await heard[0]
        assert old.returncode == 0, said.decode()
        async with asyncio.timeout(GENEROUS):
            await asyncio.gather(*(each.done.wait() for each in asked))
        assert {len(each.messages) for each in asked} == {1}
        assert local.gateway.identified == 2
        new.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            _, waited = await heard[1]
        assert new.returncode == 0
        assert b"waiting for shards" in said + waited
    finally:
        for each in (old, new):
            each.kill()
        await asyncio.gather(*heard)
