"""The bot's own calls: pages said and changed, with what every call needs."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
    User,
)
from telegram.constants import ParseMode
from telegram.error import RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from adapters.kit.breaker import CircuitBreaker
from adapters.telegram.markup import Rich, named
from adapters.telegram.refusals import WALL_WAIT, ServerError, unparsed, waited, walled
from adapters.telegram.render import preview, rich, unmarked
from bot.logs import Log
from bot.models import Chat
from bot.page import Page

log = Log(__name__)
T = TypeVar("T")

#: connections at once; the library's client is the slower the more of them it has
_CONNECTIONS = 10
#: seconds for an answer, and for a free connection: a delivery gives up after 25 s in all
_READ_SECONDS, _POOL_SECONDS = 15.0, 5.0
#: seconds that a message waits for the bot's name, and after which it is asked for again
_NAME_SECONDS, _NAME_AGAIN = 3.0, 60.0
#: characters of a mention in front of a digest
_LONGEST_MENTION = 64


class _Requests(HTTPXRequest):
    """The library's client, which tells failures of a server from broken connections."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As in the library. Raise `ServerError`."""
        status, body = await super().do_request(*args, **kwargs)
        if status >= 500:
            raise ServerError(status)
        return status, body


class _Bot(Bot):
    """The library's bot, which gives updates as they came: one that cannot be read must not take others with it."""

    async def raw_updates(self, offset: int, *, limit: int, hold: timedelta, wanted: Sequence[str]) -> object:
        """Return what getUpdates gives, unread. Raise `TelegramError`."""
        seconds = int(hold.total_seconds())
        asked = {"offset": offset, "limit": limit, "timeout": seconds, "allowed_updates": wanted}
        return await self._post("getUpdates", asked, read_timeout=_READ_SECONDS + seconds)


class Api:
    """One bot at one address."""

    def __init__(self, token: str, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        # lengths of time instead of numbers and warnings; the library looks for it in the environment only
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        self._requests = (
            _Requests(_CONNECTIONS, read_timeout=_READ_SECONDS, pool_timeout=_POOL_SECONDS),
            _Requests(2, read_timeout=_READ_SECONDS, pool_timeout=_POOL_SECONDS),
        )
        self.bot = _Bot(
            token,
            base_url=f"{address}/bot",
            base_file_url=f"{address}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        self._clock = clock
        self._me: User | None = None
        self._not_before = 0.0
        #: chats that Telegram asks to leave alone, and until when
        self._resting: dict[str, float] = {}
        #: open while nothing is sent to anybody
        self._wall = CircuitBreaker()

    def parsed(self, raw: object) -> Update | None:
        """Read an update. Raise anything where it is not as the library expects."""
        return Update.de_json(cast("dict[str, Any]", raw), self.bot)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        for request in self._requests:
            await request.shutdown()

    async def me(self) -> User:
        """Who the bot is; asked once. Raises `TelegramError`."""
        if self._me is None:
            self._me = await self.bot.get_me()
        return self._me

    async def name(self) -> str:
        """The bot's user name; empty where it cannot be had now, as a link is not worth a message."""
        if self._me is None and self._clock() < self._not_before:
            return ""
        try:
            async with asyncio.timeout(_NAME_SECONDS):
                return (await self.me()).username or ""
        except (TelegramError, TimeoutError) as error:
            self._not_before = self._clock() + _NAME_AGAIN
            log.warning("name not known", surface="telegram", reason=type(error).__name__)
            return ""

    async def say(
        self,
        chat: Chat,
        page: Page,
        markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None,
        *,
        silent: bool = False,
        mention: str = "",
        reply_to: int | None = None,
    ) -> Message:
        """Post a page that fits. Raises `TelegramError`."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None

        async def send(text: str, parse_mode: str | None) -> Message:
            return await self.bot.send_message(
                int(chat.id),
                text,
                parse_mode=parse_mode,
                message_thread_id=int(chat.thread) if chat.thread else None,
                link_preview_options=_preview(page),
                disable_notification=silent or None,
                reply_parameters=reply,
                reply_markup=markup,
            )

        return await self._gently(chat, lambda: _written(page, mention, send))

    async def change(self, chat: Chat, message_id: int, page: Page, markup: InlineKeyboardMarkup | None) -> None:
        """Show another page in place of one. Raises `TelegramError`."""

        async def edit(text: str, parse_mode: str | None) -> Message | bool:
            return await self.bot.edit_message_text(
                text,
                int(chat.id),
                message_id,
                parse_mode=parse_mode,
                link_preview_options=_preview(page),
                reply_markup=markup,
            )

        await self._gently(chat, lambda: _written(page, "", edit))

    async def relabel(self, chat: Chat, message_id: int, markup: InlineKeyboardMarkup) -> None:
        """Show other buttons below a message. Raises `TelegramError`."""
        await self._gently(
            chat, lambda: self.bot.edit_message_reply_markup(int(chat.id), message_id, reply_markup=markup)
        )

    async def _gently(self, chat: Chat, call: Callable[[], Awaitable[T]]) -> T:
        """Call, but not as long as Telegram has asked to leave this chat alone; others are not slowed by it."""
        now = self._clock()
        wall = self._wall.state(now)
        if (left := max(self._resting.get(chat.id, 0.0) - now, wall.seconds if wall else 0.0)) > 0:
            raise RetryAfter(round(left + 0.5))
        self._resting.pop(chat.id, None)
        try:
            return await call()
        except RetryAfter as error:
            self._resting[chat.id] = self._clock() + waited(error).total_seconds()
            raise
        except TelegramError as error:
            if walled(error):
                self._wall.trip(self._clock(), WALL_WAIT.total_seconds(), "turned away before Telegram was reached")
                log.error("turned away", surface="telegram", seconds=WALL_WAIT.total_seconds())
            raise


async def _written(page: Page, mention: str, write: Callable[[str, str | None], Awaitable[T]]) -> T:
    """The page with its marks; without them where Telegram does not understand them, which is a fault of ours."""
    front = named(f"{mention[:_LONGEST_MENTION]}\n") if mention else Rich()
    try:
        return await write((front + rich(page)).html, ParseMode.HTML)
    except TelegramError as error:
        if not unparsed(error):
            raise
        log.error("markup not understood", surface="telegram", title=page.title[:80], reason=error.message)
    return await write(f"{front.text}{unmarked(page)}", None)


def _preview(page: Page) -> LinkPreviewOptions:
    address = preview(page)
    if not address:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=address, prefer_small_media=True)
