"""The whole of it: a store with the bundled papers, a service, a surface that listens, a worker and a clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from adapters.discord.config import DiscordConfig
from adapters.discord.interaction_reply import Deadlines
from adapters.discord.surface import Discord
from bot.app.listeners import listening
from bot.commands.facade import BotService
from bot.domain.deliveries import Delivery
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, Request
from bot.services.bundle import Services, build_services
from bot.services.delivery.deliverer import Deliverer
from bot.sources import sample
from bot.storage import Store, open_store
from tests.adapters.discord.people import Person, Seen
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.world import TOKEN, Channel, Kind, Message
from tests.databases import made_sqlite

#: seconds in the place of Discord's three
GENEROUS = 30.0


class RecordingService(BotService):
    """A service that keeps every request that it was given."""

    def __init__(
        self, services: Services, clock: Callable[[], datetime], requests: list[Request], pages: dict[str, Page]
    ) -> None:
        super().__init__(services, clock)
        self.requests = requests
        self.pages = pages

    async def handle(self, request: Request) -> Page:
        """As it is, and kept."""
        self.requests.append(request)
        page = self.pages[request.interaction] = await super().handle(request)
        return page


@dataclass(slots=True)
class Scene:
    """One server with one channel, in April 2026."""

    local: LocalDiscord
    store: Store
    discord: Discord
    channel: Channel
    database: Path
    listeners: asyncio.Task[None]
    now: datetime = sample.AS_OF
    #: what the surface has asked of the engine
    requests: list[Request] = field(default_factory=list)
    #: what the engine has answered, by interaction
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, seen: Seen) -> Page:
        """The page that the engine has answered, which the person sees."""
        page = self.pages[seen.interaction.id]
        assert seen.title.startswith(page.title)
        return page

    def answered(self, seen: Seen, command: str) -> bool:
        """Whether a person sees the page of a command, and no refusal."""
        request = next((each for each in self.requests if each.interaction == seen.interaction.id), None)
        return request is not None and request.command == command and not self.page(seen).refused

    async def helped(self) -> bool:
        """Whether somebody who asks for help gets it."""
        return self.answered(await Person(self.local, self.channel).type("help"), "help")

    def service(self, kind: type[RecordingService] = RecordingService) -> BotService:
        """All that a surface sees of the engine."""
        return kind(build_services(self.store), lambda: self.now, self.requests, self.pages)

    async def deliver(self, later: timedelta = timedelta()) -> int:
        """Move the clock, and let a worker look what is due."""
        self.now += later
        return await Deliverer(self.store, {"discord": self.discord}, owner=f"w{self.now}").round(self.now)

    async def full_digest(self) -> Message:
        """The digest in the full layout that a new subscription of the channel brings."""
        manager = Person(self.local, self.channel, id="2" * 18, manages=True)
        await manager.type("subscribe", at="9:00", timezone="Berlin", days="daily", layout="full", save="yes")
        await self.deliver(timedelta(hours=7))
        await self.deliver()
        return self.local.world.posted(self.channel)[-1]

    async def restarted(
        self, sessions: int = 1, service: type[RecordingService] = RecordingService, deadlines: Deadlines | None = None
    ) -> None:
        """Somebody else listens from now on, with this service and within these times where they are given."""
        self.listeners.cancel()
        await asyncio.gather(self.listeners, return_exceptions=True)
        before = self.local.gateway.identified
        self.discord.deadlines = deadlines or self.discord.deadlines
        self.listeners = asyncio.create_task(_hear(self.discord, self.service(service)))
        await self.local.gateway.heard(identified=before + sessions)

    @staticmethod
    async def settled(reached: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(GENEROUS):
            while not reached():  # noqa: ASYNC110 - a message tells nobody that it was changed
                await asyncio.sleep(0.01)

    @staticmethod
    async def eventually(reached: Callable[[], Awaitable[bool]]) -> None:
        """As `settled`, for what the database knows."""
        async with asyncio.timeout(GENEROUS):
            while not await reached():  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.01)

    async def ledger(self, channel: Channel | None = None) -> list[Delivery]:
        """The rows of a channel."""
        return list(await self.store.deliveries.of(Chat("discord", (channel or self.channel).id), 99))

    async def another(self, kind: Kind = Kind.TEXT, name: str = "papers", parent: str = "") -> Channel:
        """One more channel of the server."""
        made = self.local.world.channel(self.local.world.guilds[self.channel.guild], name, kind, parent=parent)
        event = "THREAD_CREATE" if kind is Kind.THREAD else "CHANNEL_CREATE"
        await self.local.gateway.tell(event, made.shown, made.guild)
        return made


@asynccontextmanager
async def scene(directory: Path, local: LocalDiscord, *, heard: bool = True) -> AsyncIterator[Scene]:
    """Set up; with somebody who listens, unless told otherwise."""
    channel = local.world.channel(local.world.guild(), "general")
    access = DiscordConfig(token=TOKEN, api=local.url)
    # nothing here is about Discord's three seconds, and the machine may be busy
    local.interactions.deadline = GENEROUS
    async with (
        open_store(made_sqlite(directory, with_sample=True)) as store,
        Discord(
            access, allowance=Allowance(), waits=(0.01, 0.02), deadlines=Deadlines(first_within=GENEROUS)
        ) as discord,
    ):
        nobody = asyncio.create_task(asyncio.sleep(0))
        set_up = Scene(local, store, discord, channel, directory / "papers.db", nobody)
        if heard:
            await set_up.restarted()
        yield set_up
        set_up.listeners.cancel()
        await asyncio.gather(set_up.listeners, return_exceptions=True)


async def _hear(discord: Discord, service: BotService) -> None:
    async with listening([discord], service):
        await asyncio.Event().wait()
