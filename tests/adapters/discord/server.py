"""A local Discord: REST and gateway over real sockets on 127.0.0.1, with documented limits, and faults on demand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.adapters.discord import contract
from tests.adapters.discord.gateway import Gateway
from tests.adapters.discord.interactions import Interactions, Refused
from tests.adapters.discord.rest import Rest
from tests.adapters.discord.troubles import Fault, Limits
from tests.adapters.discord.world import Channel, Guild, Json, Message, World

#: how long a nonce is remembered: "the past few minutes"
NONCE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A request of ours."""

    method: str
    path: str
    body: Json
    #: the loop's clock
    at: float


class LocalDiscord:
    """Runs while the `async with` block does. Whatever breaks the API's description is in `complaints`."""

    def __init__(self, *, checked: bool = True) -> None:
        self.world = World()
        self.limits = Limits()
        self.gateway = Gateway(self.world)
        self.interactions = Interactions(self.world)
        #: whether everything is compared with the description of the API
        self.checked = checked
        self.complaints: list[str] = []
        self.requests: list[Seen] = []
        self.faults: list[Fault] = []
        self.shards = 1
        self.starts_left = 1000
        self.takes_v2 = True
        #: edits of one message that are accepted; None for any number
        self.most_edits: int | None = None
        #: whether people may install the app for themselves
        self.user_installs = True
        #: fields of the application that differ from the usual ones
        self.application: dict[str, object] = {}
        #: seconds that the clock of nonces is ahead
        self.ahead = 0.0
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**20)
        app.add_routes(Rest(self).routes())
        app.add_routes([web.get("/", self.gateway.serve)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url, self.gateway.url = f"http://127.0.0.1:{port}/api/v10", f"ws://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gateway.abort()
        if self._runner is not None:
            await self._runner.cleanup()

    def seen(self, request: web.Request, body: Json, *, sent: bool) -> None:
        """Remember a request, and what the description has against it; `sent` tells an empty body from none."""
        path = request.path.removeprefix("/api/v10")
        self.requests.append(Seen(request.method, path, body, asyncio.get_running_loop().time()))
        if self.checked:
            self.complain(contract.complaint(request.method, path, "request", body if sent else None))

    def complain(self, complaint: str) -> None:
        """Keep what is wrong; a test looks whether anything was."""
        if complaint:
            self.complaints.append(complaint)

    def fault(self, request: web.Request) -> Fault | None:
        """The fault that this request meets, if any."""
        for fault in self.faults:
            if fault.times > 0 and fault.path in request.path and fault.method == request.method:
                if fault.skip:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                return fault
        return None

    def post(self, channel: Channel, body: Json) -> Message:
        """A message in a channel; the first one again where its nonce is known."""
        now, nonce = asyncio.get_running_loop().time() + self.ahead, str(body.get("nonce") or "")
        for known in self.world.messages if nonce and body.get("enforce_nonce") else ():
            if known.nonce == nonce and now - known.at < NONCE_SECONDS:
                if known.deleted:
                    raise Refused(404, 10008, "Unknown Message")
                return known
        message = Message(id=self.world.id(), channel=channel.id, body=body, nonce=nonce, at=now)
        self.world.messages.append(message)
        return message

    def asked(self, method: str, ending: str) -> list[Seen]:
        """The requests of ours of one kind, in order."""
        return [seen for seen in self.requests if seen.method == method and seen.path.endswith(ending)]

    async def kick(self, guild: Guild) -> None:
        """Throw the bot out of a server."""
        del self.world.guilds[guild.id]
        await self.gateway.tell("GUILD_DELETE", {"id": guild.id}, guild.id)

    async def invite(self, guild: Guild) -> None:
        """Take it in, again."""
        self.world.guilds[guild.id] = guild
        shown = guild.shown(self.world.of(guild))
        # said of servers that were there before, and left out of one that is new
        del shown["unavailable"]
        await self.gateway.tell("GUILD_CREATE", shown, guild.id)

    async def delete(self, channel: Channel) -> None:
        """End a channel or a thread."""
        del self.world.channels[channel.id]
        event = "THREAD_DELETE" if channel.parent else "CHANNEL_DELETE"
        await self.gateway.tell(event, channel.shown, channel.guild)
