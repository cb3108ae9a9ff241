"""A bot that listens to a local Telegram, with the bundled sample as all that it knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from adapters.telegram.surface import Telegram
from bot.commands import COMMANDS
from bot.commands.facade import BotService
from bot.domain.rate_limits import Allowance
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from tests.adapters.telegram.floods import Floods
from tests.adapters.telegram.methods import Answered
from tests.adapters.telegram.server import TOKEN, LocalTelegram
from tests.adapters.telegram.world import Message, Person, Place

NOW = sample.AS_OF


@dataclass(frozen=True, slots=True)
class Talk:
    """Some people, some places, and a bot among them."""

    server: LocalTelegram
    store: Store
    surface: Telegram
    ada: Person
    group: Place

    async def ask(self, text: str, place: Place | None = None, **facts: object) -> Message:
        """Ada writes, and reads what comes back in the same place."""
        await self.server.say(self.ada, text, place, **facts)  # type: ignore[arg-type]
        return await self.server.next_message(place or self.server.world.places[self.ada.id])

    async def ask_full(self) -> Message:
        """Ada, who is an administrator, previews a digest in the full layout in the group."""
        self.group.people[7] = "administrator"
        return await self.ask("/preview layout:full", self.group)

    async def press(self, message: Message, label: str, person: Person | None = None) -> Answered:
        """Ada presses a button, unless somebody else does."""
        return await self.server.press(person or self.ada, message, label)

    async def quiet(self) -> None:
        """Wait until everything that was said before has been dealt with."""
        await self.server.inline(self.ada, "zzzz")


@asynccontextmanager
async def listening(surface: Telegram, store: Store) -> AsyncIterator[None]:
    desk = BotService(build_services(store), lambda: NOW)
    task = asyncio.create_task(surface.listen(desk))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def server() -> AsyncIterator[LocalTelegram]:
    # answers in a test follow each other faster than people's
    async with LocalTelegram(floods=Floods(per_chat_second=0, per_group_minute=0)) as running:
        yield running


@pytest.fixture
async def surface(server: LocalTelegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Telegram]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with Telegram(TOKEN, server.url, known=COMMANDS, allowance=Allowance()) as opened:
        yield opened


@pytest.fixture
async def talk(server: LocalTelegram, surface: Telegram, sample_store: Store) -> AsyncIterator[Talk]:
    ada = server.world.add_person("Ada", 7)
    group = server.world.add_place(-1001000000001, title="Readers", people={7: "member"})
    async with listening(surface, sample_store):
        await server.until(lambda: server.count("getUpdates") > 0)
        yield Talk(server, sample_store, surface, ada, group)
