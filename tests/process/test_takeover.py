"""The shipped process dies in the middle of an interaction, and the next one answers."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.services.delivery.crash import CODE
from bot.storage import open_store
from bot.storage.schema import interactions
from tests.adapters.discord.interactions import DEFER, Interaction
from tests.adapters.discord.people import Person
from tests.adapters.discord.scene import GENEROUS
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.world import TOKEN as DISCORD_TOKEN
from tests.adapters.telegram.server import TOKEN, LocalTelegram
from tests.databases import connected, sqlite_url
from tests.process.forked import Forked, Job
from tests.process.shipped import Paperboy
from tests.services.ledger import fill

WITHIN = 30.0


class Processes:
    """`paperboy run`, one after another, on one database."""

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self.home = home
        self.settings = {"PAPERBOY_DATABASE_URL": sqlite_url(home), "PAPERBOY_LOG_LEVEL": "debug", **settings}
        self.out = home / "out"

    @asynccontextmanager
    async def run(self, crash_at: str = "") -> AsyncIterator[Forked]:
        """One that dies at a crash point, or ends in good order after the block."""
        environment = Paperboy(self.home).environment(self.settings | {"PAPERBOY_CRASH_AT": crash_at})
        self.out.touch()
        job = Job("bot", ("run",), environment, self.home, (Path("/dev/null"), self.out, self.out))
        child = await asyncio.to_thread(Forked, job)
        try:
            yield child
            if not crash_at:
                child.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(child.wait, WITHIN) == (CODE if crash_at else 0), self.told
        finally:
            child.kill()

    @property
    def told(self) -> str:
        return self.out.read_text(errors="replace")

    def expire_leases(self) -> None:
        """Let the ten seconds of every claim be over."""
        with connected(self.settings["PAPERBOY_DATABASE_URL"]) as connection:
            connection.execute(sa.update(interactions).values(leased_until=interactions.c.claimed_at))

    async def said_by_commands(self) -> str:
        """What the operator's commands say while something is left."""
        paperboy = Paperboy(self.home, **self.settings)
        commands = (("deliveries", "--json"), ("doctor", "--json", "--live"))
        ended = await asyncio.gather(*(paperboy(*command) for command in commands))
        return "".join(each.out + each.err for each in ended)

    def origins(self) -> list[str]:
        """What is stored of interactions that were not finished."""
        with connected(self.settings["PAPERBOY_DATABASE_URL"]) as connection:
            return list(connection.scalars(sa.select(interactions.c.origin).where(interactions.c.origin.is_not(None))))

    async def subscriptions(self, *chats: Chat) -> list[int]:
        async with open_store(self.settings["PAPERBOY_DATABASE_URL"]) as store:
            return [len(await store.subscriptions.of(chat)) for chat in chats]

    async def papers(self) -> None:
        """Papers of the last hour."""
        async with open_store(self.settings["PAPERBOY_DATABASE_URL"]) as store:
            await fill(store, at=datetime.now(UTC) - timedelta(hours=1))


async def test_telegram(tmp_path: Path) -> None:
    line = "/subscribe zebrafish at 9:00 UTC save"
    async with LocalTelegram() as server:
        ada, bob = (server.world.add_person(name, id) for name, id in (("Ada", 7), ("Bob", 8)))
        processes = Processes(tmp_path, {"PAPERBOY_TELEGRAM_TOKEN": TOKEN, "PAPERBOY_TELEGRAM_API_URL": server.url})
        await processes.papers()

        async with processes.run("interaction.done"):
            await server.say(ada, line)
        async with processes.run("interaction.claimed"):
            await server.say(bob, line)
        assert await processes.subscriptions(chat_of(7), chat_of(8)) == [1, 0]
        assert [len(server.world.of(person.id)) for person in (ada, bob)] == [0, 0]
        assert [" zebrafish" in origin for origin in processes.origins()] == [True, True]
        processes.expire_leases()
        said = await processes.said_by_commands()

        async with processes.run():
            done, answer = [await server.next_message(person, within=WITHIN) for person in (ada, bob)]
            # whatever was said before has been dealt with
            await server.inline(ada, "zzzz")

        assert answer.offers("preview id:")
        assert (done.offers("preview id:"), done.offers("subscriptions")) == (False, True)
        assert await processes.subscriptions(chat_of(7), chat_of(8)) == [1, 1]
        assert [len(server.world.of(person.id)) for person in (ada, bob)] == [1, 1]
    assert processes.origins() == []
    assert "zebrafish" not in said + processes.told


def chat_of(id: int) -> Chat:
    return Chat("telegram", str(id))


async def test_discord(tmp_path: Path) -> None:
    async with LocalDiscord() as local:
        local.interactions.deadline = GENEROUS
        guild = local.world.guild()
        first, second = (local.world.channel(guild, name) for name in ("first", "second"))
        settings = {"DISCORD_TOKEN": DISCORD_TOKEN, "DISCORD_API_URL": local.url}
        settings |= {"DISCORD_GATEWAY_URL": local.gateway.url}
        processes = Processes(tmp_path, {f"PAPERBOY_{name}": value for name, value in settings.items()})
        await processes.papers()
        ada, bob = (Person(local, channel, manages=True) for channel in (first, second))

        async with processes.run("interaction.done"):
            await local.gateway.heard(identified=1)
            done = await subscribe_slowly(ada, tmp_path)
        async with processes.run("interaction.effect"):
            await local.gateway.heard(identified=2)
            left = await subscribe_slowly(bob, tmp_path)
        chats = [Chat("discord", channel.id) for channel in (first, second)]
        assert await processes.subscriptions(*chats) == [1, 0]
        origins = processes.origins()
        assert [sum(each.token in origin for origin in origins) for each in (done, left)] == [1, 1]
        processes.expire_leases()
        said = await processes.said_by_commands()

        async with processes.run():
            async with asyncio.timeout(WITHIN):
                await asyncio.gather(done.done.wait(), left.done.wait())

        assert await processes.subscriptions(*chats) == [1, 1]
        assert (len(done.messages), len(left.messages)) == (1, 1)
        assert "".join(local.complaints) == ""
    assert processes.origins() == []
    assert not [each for each in (done, left) if each.token in said + processes.told]


async def subscribe_slowly(person: Person, home: Path) -> Interaction:
    """A command on a slow database, so that the process defers its answer."""
    with closing(sqlite3.connect(home / "papers.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        interaction = await subscribe(person)
        async with asyncio.timeout(WITHIN):
            while interaction.answered != DEFER:  # noqa: ASYNC110 - another process answers
                await asyncio.sleep(0.02)
    return interaction


async def subscribe(person: Person) -> Interaction:
    """A command that changes something."""
    fields = {"query": "agents", "at": "9:00", "timezone": "UTC", "save": "yes"}
    return await person.begin(2, person.command("subscribe", **fields))
