"""The REST API, version 10, as far as a bot that posts and answers needs it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from tests.adapters.discord import bodies, contract
from tests.adapters.discord.interactions import COMPLETE, DEFER, DEFER_UPDATE, FORM, Refused
from tests.adapters.discord.troubles import Fault
from tests.adapters.discord.world import APPLICATION, BOT, TOKEN, Channel, Json, Kind, May, Message, user

if TYPE_CHECKING:
    from tests.adapters.discord.server import LocalDiscord

Handler = Callable[[web.Request, Json], Awaitable[object]]
_VIA = {"Via": "1.1 google"}


class Rest:
    """Answers requests over the world of a local Discord."""

    def __init__(self, server: LocalDiscord) -> None:
        self._server = server
        self._world = server.world

    def routes(self) -> list[web.RouteDef]:
        """Every path that is known; everything else is 404."""
        table: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "/users/@me", self._me),
            ("POST", "/users/@me/channels", self._open_private),
            ("GET", "/guilds/{guild}", self._guild),
            ("GET", "/applications/@me", self._application),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway),
            ("GET", "/applications/{app}/commands", self._commands),
            ("PUT", "/applications/{app}/commands", self._register),
            ("GET", "/channels/{channel}", self._channel),
            ("POST", "/channels/{channel}/messages", self._post),
            ("GET", "/channels/{channel}/messages", self._history),
            ("POST", "/channels/{channel}/messages/{message}/crosspost", self._crosspost),
            ("PATCH", "/channels/{channel}/messages/{message}", self._change),
            ("POST", "/channels/{channel}/messages/{message}/threads", self._discuss),
            ("POST", "/channels/{channel}/threads", self._thread),
            ("GET", "/channels/{channel}/threads/archived/public", self._archived),
            ("GET", "/guilds/{guild}/threads/active", self._threads),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("GET", "/webhooks/{app}/{token}/messages/@original", self._original),
            ("PATCH", "/webhooks/{app}/{token}/messages/@original", self._edit),
            ("DELETE", "/webhooks/{app}/{token}/messages/@original", self._remove),
            ("POST", "/webhooks/{app}/{token}", self._follow),
        )
        return [web.route(method, f"/api/v10{path}", self._guarded(handler)) for method, path, handler in table]

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            body = json.loads(raw or "{}")
            self._server.seen(request, body, sent=bool(raw))
            fault = self._server.fault(request)
            if fault is not None and fault.pause:
                await asyncio.sleep(fault.pause)
                fault = None
            if fault is not None and not fault.after:
                return await _broken(request, fault)
            response = await self._answered(request, body, handler)
            return response if fault is None else await _broken(request, fault, response)

        return answer

    async def _answered(self, request: web.Request, body: Json, handler: Handler) -> web.Response:
        try:
            headers = self._admitted(request, body)
            content = await handler(request, body)
        except _Limited as limited:
            return _json(429, limited.body, limited.headers)
        except Refused as refused:
            return _json(refused.status, {"message": refused.message, "code": refused.code})
        status = 204 if content is None else 201 if request.path.endswith("/threads") else 200
        if content is not None and self._server.checked:
            path = request.path.removeprefix("/api/v10")
            self._server.complain(contract.complaint(request.method, path, str(status), content))
        return _json(status, content, headers)

    def _admitted(self, request: web.Request, body: Json) -> dict[str, str]:
        """The headers of the bucket; raises where the request is refused whatever it wants."""
        if "/interactions/" in request.path or "/webhooks/" in request.path:
            return {}
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            raise Refused(401, 0, "401: Unauthorized")
        now = asyncio.get_running_loop().time()
        if wait := self._server.limits.globally(now):
            raise _Limited(wait, {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}, everywhere=True)
        if request.method == "POST" and request.path.endswith("/messages"):
            wait, headers = self._server.limits.in_channel(request.match_info["channel"], now)
            if wait:
                raise _Limited(wait, headers | {"X-RateLimit-Scope": "user"})
            return headers
        return {}

    async def _me(self, request: web.Request, body: Json) -> Json:
        return user(BOT, bot=True) | {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}

    async def _application(self, request: web.Request, body: Json) -> Json:
        told = {"id": APPLICATION, "name": "Paperboy", "icon": None, "description": "", "type": None, "flags": 0}
        unused = ("interactions_endpoint_url", "role_connections_verification_url", "team")
        counts = ("guild_count", "user_install_count", "user_authorization_count")
        return (
            told
            | dict.fromkeys(unused)
            | {f"approximate_{name}": len(self._world.guilds) for name in counts}
            | {"verify_key": "0" * 64, "redirect_uris": [], "owner": user("1"), "explicit_content_filter": 0}
            | {"flags_new": "0", "eligible_oauth2_scopes": [], "bot_public": True, "bot_require_code_grant": False}
            | {"integration_types_config": {"0": {}, "1": {}} if self._server.user_installs else {"0": {}}}
            | self._server.application
        )

    async def _gateway(self, request: web.Request, body: Json) -> Json:
        limit = {"total": 1000, "remaining": self._server.starts_left, "reset_after": 3_600_000, "max_concurrency": 1}
        return {"url": self._server.gateway.url, "shards": self._server.shards, "session_start_limit": limit}

    async def _commands(self, request: web.Request, body: Json) -> object:
        return self._world.commands

    async def _register(self, request: web.Request, body: Json) -> object:
        commands: list[Json] = list(body)  # type: ignore[arg-type]
        base = {"type": 1, "version": "1", "application_id": APPLICATION, "default_member_permissions": None}
        self._world.commands = [base | {"id": self._world.id()} | _as_kept(command) for command in commands]
        self._world.registrations += 1
        return self._world.commands

    async def _channel(self, request: web.Request, body: Json) -> Json:
        return self._there(request).shown

    async def _post(self, request: web.Request, body: Json) -> Json:
        channel = self._there(request)
        self._may_send(channel)
        if channel.kind is Kind.FORUM:
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        self._fits(body)
        return self._server.post(channel, body).shown

    async def _open_private(self, request: web.Request, body: Json) -> Json:
        """The private channel with a person, the same one each time."""
        return self._world.private_with(str(body["recipient_id"])).shown

    async def _guild(self, request: web.Request, body: Json) -> Json:
        guild = self._world.guilds.get(request.match_info["guild"])
        if guild is None:
            raise Refused(404, 10004, "Unknown Guild")
        return guild.told

    async def _history(self, request: web.Request, body: Json) -> object:
        channel = self._there(request)
        if May.HISTORY not in channel.may:
            return []
        after = int(request.query.get("after", "0"))
        newest = [each.shown for each in reversed(self._world.posted(channel)) if int(each.id) > after]
        return newest[: int(request.query.get("limit", "50"))]

    async def _crosspost(self, request: web.Request, body: Json) -> Json:
        found = self._message(request.match_info["message"])
        if self._there(request).kind is not Kind.ANNOUNCEMENT:
            raise Refused(400, 50068, "Invalid message type")
        if found.crossposted:
            raise Refused(400, 40033, "This message has already been crossposted")
        found.crossposted = True
        return found.shown

    async def _thread(self, request: web.Request, body: Json) -> Json:
        forum = self._there(request)
        self._may_send(forum)
        if forum.must_tag and not body.get("applied_tags"):
            raise Refused(400, 40067, "A tag is required to create a forum post in this channel")
        self._fits(body["message"])
        guild = self._world.guilds[forum.guild]
        made = self._world.channel(guild, body["name"], Kind.THREAD, parent=forum.id)
        message = Message(id=made.id, channel=made.id, body=body["message"])
        self._world.messages.append(message)
        return made.shown | {"message": message.shown, "applied_tags": body.get("applied_tags", [])}

    async def _change(self, request: web.Request, body: Json) -> Json:
        channel = self._there(request)
        found = next((each for each in self._world.posted(channel) if each.id == request.match_info["message"]), None)
        if found is None:
            raise Refused(404, 10008, "Unknown Message")
        if self._server.most_edits is not None and len(found.edits) >= self._server.most_edits:
            raise Refused(429, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later.")
        self._fits(body)
        found.edits.append(body)
        found.body = found.body | body
        return found.shown

    async def _discuss(self, request: web.Request, body: Json) -> Json:
        """A thread that begins with a message, and has its id."""
        channel, message = self._there(request), self._message(request.match_info["message"])
        if May.CREATE_THREADS not in channel.may:
            raise Refused(403, 50013, "Missing Permissions")
        if message.id in self._world.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        guild = self._world.guilds[channel.guild]
        made = self._world.channel(guild, body["name"], Kind.THREAD, parent=channel.id, id=message.id)
        return made.shown

    async def _archived(self, request: web.Request, body: Json) -> Json:
        forum = self._there(request)
        if May.HISTORY not in forum.may:
            raise Refused(403, 50013, "Missing Permissions")
        found = [each.shown for each in self._world.channels.values() if each.parent == forum.id and each.archived]
        return {"threads": found, "members": [], "has_more": False}

    async def _threads(self, request: web.Request, body: Json) -> Json:
        found = [
            each.shown
            for each in self._world.channels.values()
            if each.guild == request.match_info["guild"] and each.kind is Kind.THREAD and not each.archived
        ]
        return {"threads": found, "members": [], "has_more": False}

    async def _callback(self, request: web.Request, body: Json) -> None:
        kind, data = body["type"], body.get("data") or {}
        if kind not in (DEFER, DEFER_UPDATE, COMPLETE, FORM):
            self._fits(data)
        self._server.interactions.answer(request.match_info["token"], kind, data, self._now)

    async def _original(self, request: web.Request, body: Json) -> Json:
        return self._server.interactions.original(request.match_info["token"], self._now).shown

    async def _edit(self, request: web.Request, body: Json) -> Json:
        self._fits(body)
        return self._server.interactions.edit(request.match_info["token"], body, self._now).shown

    async def _follow(self, request: web.Request, body: Json) -> Json:
        self._fits(body)
        return self._server.interactions.follow(request.match_info["token"], body, self._now).shown

    async def _remove(self, request: web.Request, body: Json) -> None:
        self._server.interactions.remove(request.match_info["token"], self._now)

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _there(self, request: web.Request) -> Channel:
        channel = self._world.channels.get(request.match_info["channel"])
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if (channel.guild and channel.guild not in self._world.guilds) or May.VIEW not in channel.may:
            raise Refused(403, 50001, "Missing Access")
        return channel

    @staticmethod
    def _may_send(channel: Channel) -> None:
        if channel.kind is Kind.DM and May.SEND not in channel.may:
            raise Refused(403, 50007, "Cannot send messages to this user")
        needed = May.SEND_IN_THREADS if channel.kind is Kind.THREAD else May.SEND
        if needed not in channel.may:
            raise Refused(403, 50013, "Missing Permissions")
        if channel.locked:
            raise Refused(400, 160005, "Thread is locked")

    def _fits(self, body: Json) -> None:
        if (body.get("flags") or 0) & bodies.V2 and not self._server.takes_v2:
            raise Refused(400, 50035, "Invalid Form Body")
        if reason := bodies.fault(body):
            raise Refused(400, 50035, f"Invalid Form Body: {reason}")
        if bodies.heavy(body):
            raise Refused(500, 0, "500: Internal Server Error")

    def _message(self, id: str) -> Message:
        return next(each for each in self._world.messages if each.id == id)


class _Limited(Exception):
    def __init__(self, wait: float, headers: dict[str, str], *, everywhere: bool = False) -> None:
        super().__init__(wait)
        self.body = {"message": "You are being rate limited.", "retry_after": wait, "global": everywhere}
        self.headers = headers | _VIA


def _as_kept(command: Json) -> Json:
    """A command as Discord gives it back: what says nothing is left out of options, and defaults are filled in."""
    options = [
        {name: value for name, value in option.items() if value not in (False, [], None)}
        for option in command.get("options") or []
    ]
    needed = command.get("default_member_permissions")
    command = command | {"default_member_permissions": None if needed is None else str(needed)}
    kept = {"contexts": None, "integration_types": [0], "nsfw": False, "dm_permission": True} | command
    return kept | ({"options": options} if options else {})


def _json(status: int, content: object, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py takes nothing for JSON that says a character set as well
    raw = b"" if content is None else json.dumps(content).encode()
    kind = {} if content is None else {"Content-Type": "application/json"}
    return web.Response(status=status, body=raw, headers=kind | (headers or {}))


async def _broken(request: web.Request, fault: Fault, whole: web.Response | None = None) -> web.StreamResponse:
    if fault.hang:
        await asyncio.sleep(3600)
    if fault.reset and request.transport is not None:
        request.transport.abort()
    if fault.truncated and request.transport is not None and whole is not None:
        half = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "5000"})
        await half.prepare(request)
        await half.write(bytes(whole.body or b"")[:20])  # type: ignore[arg-type]
        request.transport.close()
        return half
    if isinstance(fault.body, str):
        return web.Response(status=fault.status, text=fault.body, content_type="text/html")
    return _json(fault.status or 500, fault.body, fault.headers)
