"""Deliver digests to channels, threads, announcement channels and forums: retries with a nonce, read-back,
crossposting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.discord.api_errors import DELETED, form_refused
from adapters.discord.components import Container, Json
from adapters.discord.context import RegisteredCommands
from adapters.discord.markup import legible
from adapters.discord.message import SILENT, forms, mark, marked, role_id
from adapters.discord.permissions import ANNOUNCEMENT, FORUMS
from adapters.discord.render import RenderContext, box
from adapters.discord.rest import ApiError, NoResponse, RequestDeferred, Rest
from adapters.discord.schema import Channel, PostedMessage, Threads
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.text import shorten
from bot.messages import words
from bot.messages.catalogue import available
from bot.messages.localization import text_in

log = Log(__name__)

#: seconds between attempts for one message; its nonce prevents duplicates
WAITS = (1.0, 3.0)
#: no attempt starts later than this after the first, in seconds, as the whole delivery has a deadline
_LAST_TRY = 10.0
#: if a channel's rate limit lasts longer, in seconds, the delivery is put off
_PATIENCE = 6.0
#: number of messages read back
_READ_BACK = 100
#: tolerated difference between Discord's clock and ours
_SLACK = timedelta(minutes=5)
#: Discord's epoch, the start of 2015, in Unix milliseconds
_EPOCH = 1_420_070_400_000
_NOT_A_TEXT_CHANNEL, _ALREADY_CROSSPOSTED = 50008, 40033
#: the flag of a forum whose posts must have a tag
_TAG_REQUIRED = 1 << 4
#: stored instead of the id of a message that was deleted before it was confirmed
GONE = "deleted"
#: minutes without messages after which a thread is archived: a day, so that the day's other digests go there too
ARCHIVED_AFTER = 1440
#: archived posts of a forum in which that of the day is looked for
_ARCHIVED = "25"
_TITLE = 100


class NothingToPost(Exception):
    """A page without papers is not posted, because it would open a forum post of its own."""


class MessageSender:
    """Post pages and look them up. Every public method raises `ApiError`, `RequestDeferred` and `NoResponse`."""

    def __init__(
        self,
        rest: Rest,
        *,
        crosspost: bool = False,
        waits: Sequence[float] = WAITS,
        commands: RegisteredCommands | None = None,
    ) -> None:
        """With `crosspost`, posts in announcement channels are published to all channels that follow them."""
        self._commands = commands or RegisteredCommands()
        self._rest = rest
        self._crosspost = crosspost
        self._waits = waits
        self._channels: dict[str, Channel] = {}
        #: the last rendered page: a fan-out passes the same object for all chats with the same content
        self._rendered: tuple[Page, Mapping[str, str], Container] | None = None

    async def post(self, channel: str, page: Page, *, nonce: str, silent: bool, role: str) -> str:
        """Post a page; return the id of its message. Posting again with the same nonce within some minutes creates
        no duplicate.
        """
        context = RenderContext(role=role_id(role), mark=mark(nonce), commands=self._commands.ids)
        if (known := self._channels.get(channel)) and known.type in FORUMS:
            return await self._post_in_forum(known, page, context, nonce=nonce, silent=silent)
        try:
            message = await self._post_in_channel(channel, page, context, nonce=nonce, silent=silent)
        except ApiError as refusal:
            if refusal.trouble.code != _NOT_A_TEXT_CHANNEL:
                raise
            found = await self.channel(channel)
            if found.type not in FORUMS:
                raise
            return await self._post_in_forum(found, page, context, nonce=nonce, silent=silent)
        if self._crosspost:
            await self._crosspost_message(channel, message)
        return message

    async def arrived(self, channel: str, page: Page, *, nonce: str, since: datetime) -> str | None:
        """Return the id of the message posted with this nonce since `since`; "" if there is none, None if that is
        unknown.
        """
        found = await self.channel(channel)
        place: str | None = channel
        if found.type in FORUMS:
            place = await self._post_of_day(found, page)
        return await self._read_back(place, mark(nonce), since) if place else ""

    async def _post_in_channel(
        self, channel: str, page: Page, context: RenderContext, *, nonce: str, silent: bool
    ) -> str:
        identity: Json = {"nonce": nonce, "enforce_nonce": True}

        async def attempt(body: Json) -> str:
            return (await self._post_with_retries(channel, body | identity)).id

        try:
            return await self._post_first_accepted(attempt, page, context, SILENT if silent else 0)
        except ApiError as refusal:
            if refusal.trouble.code == DELETED:
                return GONE
            raise

    async def _post_first_accepted(
        self, attempt: Callable[[Json], Awaitable[str]], page: Page, context: RenderContext, flags: int
    ) -> str:
        """Post the first form of the page that Discord accepts."""
        refused: ApiError | None = None
        for body in self._forms(page, context, flags):
            try:
                return await attempt(body)
            except ApiError as refusal:
                if not form_refused(refusal):
                    raise
                refused = refusal
                log.warning("message form refused", reason=str(refusal))
        raise refused or AssertionError("no form")

    def _forms(self, page: Page, context: RenderContext, flags: int) -> Iterator[Json]:
        """As `forms`, rendering a page that goes to many chats only once."""
        known, last = context.commands, self._rendered
        if last is None or last[0] is not page or last[1] is not known:
            self._rendered = last = (page, known, box(page, RenderContext(commands=known)))
        return forms(page, context, flags=flags, rendered=last[2])

    async def _post_with_retries(self, channel: str, body: Json) -> PostedMessage:
        """Post a message, retrying after 5xx and lost connections; the nonce prevents duplicates."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for wait in (*self._waits, None):
            await self._wait_for_bucket(channel)
            try:
                return await self._rest.post(f"/channels/{channel}/messages", body, PostedMessage)
            except (ApiError, NoResponse) as error:
                stumbled = isinstance(error, NoResponse) or error.status >= 500
                if not stumbled or wait is None or loop.time() - began + wait > _LAST_TRY:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    async def _wait_for_bucket(self, channel: str) -> None:
        wait = self._rest.open_in(channel)
        if wait > _PATIENCE:
            raise RequestDeferred(wait, "the channel's rate limit is reached")
        await asyncio.sleep(wait)

    async def _post_in_forum(
        self, forum: Channel, page: Page, context: RenderContext, *, nonce: str, silent: bool
    ) -> str:
        """Create or continue the forum's post of the page's day. Discord keeps no nonces for forum posts, so existing
        posts are searched first. Raise `NothingToPost`.
        """
        context = replace(context, channel=forum.id)
        if thread := await self._post_of_day(forum, page):
            there = await self._marked(thread, context.mark)
            return there or await self._post_in_channel(thread, page, context, nonce=nonce, silent=silent)
        if page.day and not page.cards and not page.continues:
            raise NothingToPost
        tags = self._tags(forum)

        async def attempt(body: Json) -> str:
            post: Json = {
                "name": _title(page),
                "message": body,
                "applied_tags": tags,
                "auto_archive_duration": ARCHIVED_AFTER,
            }
            return (await self._rest.post(f"/channels/{forum.id}/threads", post, Channel)).id

        return await self._post_first_accepted(attempt, page, context, SILENT if silent else 0)

    @staticmethod
    def _tags(forum: Channel) -> list[str]:
        """Return the tag about papers, or the first tag if the forum requires one."""
        fitting = [tag.id for tag in forum.available_tags if "paper" in tag.name.casefold()]
        any_tag = [tag.id for tag in forum.available_tags] if forum.flags & _TAG_REQUIRED else []
        return (fitting or any_tag)[:1]

    async def post_with(self, forum: Channel, page: Page, message: str) -> str:
        """Return the id of the forum post that contains a message of the page's day."""
        # the first message of a post has the id of the post
        return await self._post_of_day(forum, page) or message

    async def _post_of_day(self, forum: Channel, page: Page) -> str:
        """Return the id of the post for the page's day, or of the one with its title; empty if there is neither."""
        titles = _titles(page)
        open_ones = await self._rest.get(f"/guilds/{forum.guild_id}/threads/active", Threads)
        if found := _named(open_ones.threads, forum, titles):
            return found
        try:
            path = f"/channels/{forum.id}/threads/archived/public"
            archived = await self._rest.get(path, Threads, limit=_ARCHIVED)
        except ApiError as refusal:
            # this takes Read Message History
            log.info("archived posts not read", channel=forum.id, reason=str(refusal))
            return ""
        return _named(archived.threads, forum, titles)

    async def _read_back(self, channel: str, number: int, since: datetime) -> str | None:
        path, after = f"/channels/{channel}/messages", str(_snowflake(since - _SLACK))
        newer = await self._rest.get(path, list[PostedMessage], after=after, limit=str(_READ_BACK))
        if found := next((message.id for message in newer if marked(message, number)), ""):
            return found
        # without Read Message History, Discord returns an empty list
        seen = newer or await self._rest.get(path, list[PostedMessage], limit="1")
        return "" if seen and len(newer) < _READ_BACK else None

    async def _marked(self, channel: str, number: int) -> str:
        newest = await self._rest.get(f"/channels/{channel}/messages", list[PostedMessage], limit=str(_READ_BACK))
        return next((message.id for message in newest if marked(message, number)), "")

    async def _crosspost_message(self, channel: str, message: str) -> None:
        """Crosspost. A failure is logged only, as the message itself has been posted."""
        try:
            if (await self.channel(channel)).type == ANNOUNCEMENT and message != GONE:
                await self._rest.post(f"/channels/{channel}/messages/{message}/crosspost", None, PostedMessage)
        except (ApiError, RequestDeferred, NoResponse) as error:
            if not (isinstance(error, ApiError) and error.trouble.code == _ALREADY_CROSSPOSTED):
                log.warning("not crossposted", channel=channel, message=message, reason=str(error))

    async def channel(self, id: str) -> Channel:
        """Return a channel, from memory if it is known."""
        if id not in self._channels:
            self._channels[id] = await self._rest.get(f"/channels/{id}", Channel)
        return self._channels[id]


def _snowflake(moment: datetime) -> int:
    """Return the smallest id that a message created at that moment can have."""
    return max(0, int(moment.timestamp() * 1000) - _EPOCH) << 22


def _title(page: Page) -> str:
    """Return the title of the forum post that a page belongs to."""
    # a continuation goes to the post that it continues
    title = text_in(tr("Papers of {day}", day=words.day(page.day)), page.language) if page.day else page.title
    return shorten(legible(title), _TITLE)


def _titles(page: Page) -> frozenset[str]:
    """Return the titles that the post of a page can have: the language of a chat may have changed since the morning."""
    if page.day is None:
        return frozenset({_title(page)})
    return frozenset(_title(replace(page, language=tag)) for tag in available())


def _named(posts: Iterable[Channel], forum: Channel, titles: Set[str]) -> str:
    return next((each.id for each in posts if each.parent_id == forum.id and each.name in titles), "")
