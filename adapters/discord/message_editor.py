"""Change messages that were posted: edits with new votes, and threads for their discussion."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.discord.api_errors import DELETED, THREAD_EXISTS, form_refused
from adapters.discord.components import Json
from adapters.discord.context import RegisteredCommands
from adapters.discord.markup import legible
from adapters.discord.message import forms, mark, role_id
from adapters.discord.message_sender import ARCHIVED_AFTER, GONE, MessageSender
from adapters.discord.permissions import ANNOUNCEMENT, FORUMS, TEXT
from adapters.discord.render import RenderContext
from adapters.discord.rest import ApiError, Rest
from adapters.discord.schema import Channel, ErrorBody, PostedMessage
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Tally
from bot.domain.text import shorten

log = Log(__name__)

_LONGEST_NAME = 100


class MessageEditor:
    """Every public method raises `ApiError`, `RequestDeferred` and `NoResponse`."""

    def __init__(self, rest: Rest, posts: MessageSender, *, commands: RegisteredCommands) -> None:
        self._rest = rest
        self._posts = posts
        self._commands = commands

    async def edit(
        self, channel: str, message: str, page: Page, *, nonce: str, role: str, tallies: Mapping[str, Tally]
    ) -> None:
        """Replace the page of a message. Nobody is notified, and an edit that is repeated changes nothing."""
        if message == GONE:
            raise ApiError(status=404, trouble=ErrorBody(code=DELETED, message="Unknown Message"))
        found = await self._posts.channel(channel)
        in_forum = found.type in FORUMS
        place = await self._posts.post_with(found, page, message) if in_forum else channel
        context = RenderContext(
            role=role_id(role),
            mark=mark(nonce),
            commands=self._commands.ids,
            tallies=tallies,
            channel=found.id if in_forum else "",
        )
        await self._write_first_accepted(f"/channels/{place}/messages/{message}", page, context)

    async def open_thread(self, channel: str, message: str, name: str) -> bool:
        """Open the thread of a message; return False where messages have none of their own."""
        found = await self._posts.channel(channel)
        if found.type not in (TEXT, ANNOUNCEMENT) or message == GONE:
            return False
        named = shorten(legible(name), _LONGEST_NAME) or "…"
        body: Json = {"name": named, "auto_archive_duration": ARCHIVED_AFTER}
        try:
            await self._rest.post(f"/channels/{channel}/messages/{message}/threads", body, Channel)
        except ApiError as refusal:
            # an earlier attempt has opened it
            if refusal.trouble.code != THREAD_EXISTS:
                raise
        return True

    async def _write_first_accepted(self, path: str, page: Page, context: RenderContext) -> None:
        """Write the first form of the page that Discord accepts for this message."""
        refused: ApiError | None = None
        for body in forms(page, context):
            try:
                await self._rest.patch(path, body | {"allowed_mentions": {"parse": []}}, PostedMessage)
            except ApiError as refusal:
                if not form_refused(refusal):
                    raise
                refused = refusal
                log.warning("form of an edit refused", reason=str(refusal))
            else:
                return
        raise refused or AssertionError("no form")
