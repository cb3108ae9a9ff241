"""The gateway: sessions, events, RESUME, and the ways in which a connection ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import zlib
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.adapters.discord.world import APPLICATION, BOT, TOKEN, Json, World, user

HEARTBEAT_MS = 41_250


@dataclass(slots=True)
class Session:
    """What one shard has been told, so that it can be told again what it missed."""

    id: str
    shard: int
    shards: int
    intents: int
    sequence: int = 0
    log: list[Json] = field(default_factory=list)
    socket: Socket | None = None


class Socket:
    """One connection, compressed as the client asked."""

    def __init__(self, ws: web.WebSocketResponse, *, compressed: bool) -> None:
        self.ws = ws
        self._zlib = zlib.compressobj() if compressed else None

    async def send(self, payload: Json | str) -> None:
        """One frame. Text goes as it stands, whatever it is."""
        raw = payload if isinstance(payload, str) else json.dumps(payload)
        if self._zlib is None:
            await self.ws.send_str(raw)
            return
        await self.ws.send_bytes(self._zlib.compress(raw.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))


class Gateway:
    """All sessions of the bot."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.url = ""
        self.sessions: dict[str, Session] = {}
        #: how often a new session was begun, and an old one taken up again
        self.identified = 0
        self.resumed = 0
        #: connections are closed with this code instead of being answered
        self.refuse_with = 0
        self._changed = asyncio.Event()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from its first to its last frame."""
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        socket = Socket(ws, compressed=request.query.get("compress") == "zlib-stream")
        with contextlib.suppress(ConnectionError):
            await socket.send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}, "s": None, "t": None})
            async for frame in ws:
                if frame.type is WSMsgType.TEXT:
                    await self._heard(socket, json.loads(frame.data))
        for session in self.sessions.values():
            if session.socket is socket:
                session.socket = None
        return ws

    async def _heard(self, socket: Socket, frame: Json) -> None:
        match frame["op"]:
            case 1:
                await socket.send({"op": 11, "d": None, "s": None, "t": None})
            case 2:
                await self._identify(socket, frame["d"])
            case 6:
                await self._resume(socket, frame["d"])

    async def _identify(self, socket: Socket, asked: Json) -> None:
        if asked["token"] != TOKEN:
            await socket.ws.close(code=4004)
            return
        if self.refuse_with:
            await socket.ws.close(code=self.refuse_with)
            return
        shard, shards = asked.get("shard", (0, 1))
        session = Session(self.world.id(), shard, shards, asked["intents"], socket=socket)
        self.sessions[session.id] = session
        self.identified += 1
        guilds = [each for each in self.world.guilds.values() if self._shard(each.id, shards) == shard]
        ready = {
            "v": 10,
            "user": user(BOT, bot=True) | {"mfa_enabled": False, "verified": True, "email": None},
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": APPLICATION, "flags": 0},
            "shard": [shard, shards],
        }
        await self._tell(session, "READY", ready)
        for guild in guilds:
            if not guild.unavailable:
                await self._tell(session, "GUILD_CREATE", guild.shown(self.world.of(guild)))
        self._changed.set()

    async def _resume(self, socket: Socket, asked: Json) -> None:
        session = self.sessions.get(asked["session_id"])
        if session is None:
            await socket.send({"op": 9, "d": False, "s": None, "t": None})
            return
        session.socket = socket
        self.resumed += 1
        for event in session.log[asked["seq"] :]:
            await socket.send(event)
        await self._tell(session, "RESUMED", {})
        self._changed.set()

    async def tell(self, event: str, data: Json, guild: str = "") -> None:
        """Tell the shard that a server belongs to; the first one where there is no server."""
        # a session may begin while another one is being told
        for session in list(self.sessions.values()):
            if session.shard == (self._shard(guild, session.shards) if guild else 0):
                await self._tell(session, event, data)

    async def _tell(self, session: Session, event: str, data: Json) -> None:
        session.sequence += 1
        payload = {"op": 0, "t": event, "s": session.sequence, "d": data}
        session.log.append(payload)
        if session.socket is not None:
            with contextlib.suppress(ConnectionError):
                await session.socket.send(payload)

    @staticmethod
    def _shard(guild: str, shards: int) -> int:
        return (int(guild) >> 22) % shards

    async def heard(self, *, resumed: int = 0, identified: int = 1) -> None:
        """Wait until so many sessions have been begun, and taken up again."""
        async with asyncio.timeout(10):
            while self.identified < identified or self.resumed < resumed:
                self._changed.clear()
                await self._changed.wait()

    async def frame(self, payload: Json | str) -> None:
        """Send every connection the same, outside of any order: an operation, or nonsense."""
        for session in self._connected():
            if session.socket is not None:
                await session.socket.send(payload)

    async def close(self, code: int) -> None:
        """Close every connection with a code."""
        for session in self._connected():
            if session.socket is not None:
                await session.socket.ws.close(code=code)

    def abort(self) -> None:
        """Cut every connection without a word."""
        for session in self._connected():
            transport = session.socket.ws._req.transport if session.socket and session.socket.ws._req else None
            if transport is not None:
                transport.abort()

    def forget_all_but_the_sockets(self) -> None:
        """Know the connections, but take up no session again."""
        for session in list(self.sessions.values()):
            session.id = f"{session.id} is over"
            self.sessions[session.id] = self.sessions.pop(session.id.removesuffix(" is over"))

    def forget(self) -> None:
        """Know no session any more."""
        self.sessions.clear()

    def _connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.socket is not None]
