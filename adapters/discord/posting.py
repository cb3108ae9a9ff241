"""Posts in channels, threads, announcement channels and forums."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta

from adapters.discord.layout import Box, Json
from adapters.discord.markup import legible
from adapters.discord.message import SILENT, forms, mark, marked, role_id
from adapters.discord.permissions import ANNOUNCEMENT, FORUMS
from adapters.discord.refusals import DELETED, form_refused
from adapters.discord.render import Setting, box
from adapters.discord.rest import Refusal, Rest, Unanswered, Waiting
from adapters.discord.schema import Channel, Message, Threads
from bot.logs import Log
from bot.page import Page
from bot.text import shorten

log = Log(__name__)

#: the waits between tries of one message, in seconds; with its nonce a second try is harmless
WAITS = (1.0, 3.0)
#: no other try is begun later than this after the first, as the whole has a time of its own
_LAST_TRY = 10.0
#: a channel that is full for longer is left until later
_PATIENCE = 6.0
#: messages that are read back
_READ_BACK = 100
#: Discord's clock and ours may differ
_SLACK = timedelta(minutes=5)
#: Discord's own year zero, 2015, in milliseconds
_EPOCH = 1_420_070_400_000
_NOT_A_TEXT_CHANNEL, _ALREADY_CROSSPOSTED = 50008, 40033
#: a forum whose posts must have a tag
_TAG_REQUIRED = 1 << 4
#: stands for a message that somebody deleted before we heard of it
GONE = "deleted"
_TITLE = 100


class Posts:
    """Raises `Refusal`, `Waiting` and `Unanswered` from everything that asks."""

    def __init__(self, rest: Rest, *, crosspost: bool = False, waits: Sequence[float] = WAITS) -> None:
        """With `crosspost`, what is posted in announcement channels goes on to all who follow them."""
        self._rest = rest
        self._crosspost = crosspost
        self._waits = waits
        self._channels: dict[str, Channel] = {}
        #: the page that was rendered last: the engine hands the same object to all who get the same
        self._rendered: tuple[Page, Box] | None = None

    async def post(self, channel: str, page: Page, *, nonce: str, silent: bool, role: str) -> str:
        """Post a page; the id of its message. The same nonce within some minutes posts nothing new."""
        setting = Setting(role=role_id(role), mark=mark(nonce))
        if (known := self._channels.get(channel)) and known.type in FORUMS:
            return await self._in_forum(known, page, setting, nonce=nonce, silent=silent)
        try:
            message = await self._in_channel(channel, page, setting, nonce=nonce, silent=silent)
        except Refusal as refusal:
            if refusal.trouble.code != _NOT_A_TEXT_CHANNEL:
                raise
            found = await self._channel(channel)
            if found.type not in FORUMS:
                raise
            return await self._in_forum(found, page, setting, nonce=nonce, silent=silent)
        if self._crosspost:
            await self._pass_on(channel, message)
        return message

    async def arrived(self, channel: str, page: Page, *, nonce: str, since: datetime) -> str | None:
        """The message that was posted with this nonce since a moment; "" for none, None where we cannot tell."""
        found = await self._channel(channel)
        place: str | None = channel
        if found.type in FORUMS:
            place = await self._thread_of_today(found, page)
        return await self._read_back(place, mark(nonce), since) if place else ""

    async def _in_channel(self, channel: str, page: Page, setting: Setting, *, nonce: str, silent: bool) -> str:
        identity: Json = {"nonce": nonce, "enforce_nonce": True}

        async def once(body: Json) -> str:
            return (await self._insisting(channel, body | identity)).id

        try:
            return await self._in_some_form(once, page, setting, SILENT if silent else 0)
        except Refusal as refusal:
            if refusal.trouble.code == DELETED:
                return GONE
            raise

    async def _in_some_form(
        self, once: Callable[[Json], Awaitable[str]], page: Page, setting: Setting, flags: int
    ) -> str:
        """Post the best form that is taken."""
        refused: Refusal | None = None
        for body in self._forms(page, setting, flags):
            try:
                return await once(body)
            except Refusal as refusal:
                if not form_refused(refusal):
                    raise
                refused = refusal
                log.warning("another form", reason=str(refusal))
        raise refused or AssertionError("there is always a form")

    def _forms(self, page: Page, setting: Setting, flags: int) -> Iterator[Json]:
        """As `forms`; a page that goes to many is rendered once."""
        if self._rendered is None or self._rendered[0] is not page:
            self._rendered = (page, box(page))
        return forms(page, setting, flags=flags, rendered=self._rendered[1])

    async def _insisting(self, channel: str, body: Json) -> Message:
        """Try again at once where Discord stumbles; the nonce keeps it one message."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for wait in (*self._waits, None):
            await self._turn(channel)
            try:
                return await self._rest.post(f"/channels/{channel}/messages", body, Message)
            except (Refusal, Unanswered) as error:
                stumbled = isinstance(error, Unanswered) or error.status >= 500
                if not stumbled or wait is None or loop.time() - began + wait > _LAST_TRY:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("the last try ends it")

    async def _turn(self, channel: str) -> None:
        wait = self._rest.open_in(channel)
        if wait > _PATIENCE:
            raise Waiting(wait, "the channel takes no more messages for the moment")
        await asyncio.sleep(wait)

    async def _in_forum(self, forum: Channel, page: Page, setting: Setting, *, nonce: str, silent: bool) -> str:
        """One post for each title, and a title has a date. Discord keeps no nonces of posts, so we look first."""
        setting = Setting(role=setting.role, mark=setting.mark, place=forum.id)
        if thread := await self._thread_of_today(forum, page):
            there = await self._marked(thread, setting.mark)
            return there or await self._in_channel(thread, page, setting, nonce=nonce, silent=silent)
        tags = self._tags(forum)

        async def once(body: Json) -> str:
            post: Json = {"name": _title(page), "message": body, "applied_tags": tags}
            return (await self._rest.post(f"/channels/{forum.id}/threads", post, Channel)).id

        return await self._in_some_form(once, page, setting, SILENT if silent else 0)

    @staticmethod
    def _tags(forum: Channel) -> list[str]:
        """A tag that speaks of papers; the first one where a post must have any."""
        fitting = [tag.id for tag in forum.available_tags if "paper" in tag.name.casefold()]
        any_tag = [tag.id for tag in forum.available_tags] if forum.flags & _TAG_REQUIRED else []
        return (fitting or any_tag)[:1]

    async def _thread_of_today(self, forum: Channel, page: Page) -> str:
        """The post that has this title; empty where there is none."""
        open_ones = await self._rest.get(f"/guilds/{forum.guild_id}/threads/active", Threads)
        title = _title(page)
        return next((each.id for each in open_ones.threads if each.parent_id == forum.id and each.name == title), "")

    async def _read_back(self, channel: str, number: int, since: datetime) -> str | None:
        path, after = f"/channels/{channel}/messages", str(_snowflake(since - _SLACK))
        newer = await self._rest.get(path, list[Message], after=after, limit=str(_READ_BACK))
        if found := next((message.id for message in newer if marked(message, number)), ""):
            return found
        # who may not read the history is shown an empty one
        seen = newer or await self._rest.get(path, list[Message], limit="1")
        return "" if seen and len(newer) < _READ_BACK else None

    async def _marked(self, channel: str, number: int) -> str:
        newest = await self._rest.get(f"/channels/{channel}/messages", list[Message], limit=str(_READ_BACK))
        return next((message.id for message in newest if marked(message, number)), "")

    async def _pass_on(self, channel: str, message: str) -> None:
        """Crosspost. The message is there, so whatever fails here fails for this only."""
        try:
            if (await self._channel(channel)).type == ANNOUNCEMENT and message != GONE:
                await self._rest.post(f"/channels/{channel}/messages/{message}/crosspost", None, Message)
        except (Refusal, Waiting, Unanswered) as error:
            if not (isinstance(error, Refusal) and error.trouble.code == _ALREADY_CROSSPOSTED):
                log.warning("not crossposted", channel=channel, message=message, reason=str(error))

    async def _channel(self, id: str) -> Channel:
        if id not in self._channels:
            self._channels[id] = await self._rest.get(f"/channels/{id}", Channel)
        return self._channels[id]


def _snowflake(moment: datetime) -> int:
    """The least id that a message of a moment may have."""
    return max(0, int(moment.timestamp() * 1000) - _EPOCH) << 22


def _title(page: Page) -> str:
    # what continues belongs to the post that it continues
    return shorten(legible(page.title.removesuffix(" (continued)")), _TITLE)
