"""The Bot API client: sends, edits and parses messages; a chat with `retry_after` is left alone, and a circuit
breaker opens when a proxy blocks the bot.
"""

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
from adapters.kit.tls import trusted
from adapters.telegram.api_errors import BLOCKED, PROXY_WAIT, ServerError, blocked_by_proxy, markup_refused, retry_delay
from adapters.telegram.markup import Formatted, named
from adapters.telegram.render import formatted, preview, unmarked
from adapters.telegram.rich_fallback import RichFallback
from adapters.telegram.rich_messages import rich_message
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Chat

log = Log(__name__)
T = TypeVar("T")

#: maximum connections; python-telegram-bot's HTTP client becomes slower with more
_CONNECTIONS = 10
#: time-outs in seconds for a response and for a free connection; a delivery gives up after 25 s
_READ_SECONDS, _POOL_SECONDS = 15.0, 5.0
#: seconds that a message waits for the bot's name, and after which a failed look-up is repeated
_NAME_SECONDS, _NAME_AGAIN = 3.0, 60.0
#: characters of a mention before a digest
_LONGEST_MENTION = 64


class _Requests(HTTPXRequest):
    """The library's HTTP client, distinguishing server errors from broken connections."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As in the library. Raise `ServerError` for a status of 500 or more."""
        status, body = await super().do_request(*args, **kwargs)
        if status >= 500:
            raise ServerError(status)
        return status, body


def _requests(connections: int) -> _Requests:
    kwargs = {"verify": trusted()}
    return _Requests(connections, read_timeout=_READ_SECONDS, pool_timeout=_POOL_SECONDS, httpx_kwargs=kwargs)


class _Bot(Bot):
    """The library's bot with unparsed updates, so that a malformed update does not affect others."""

    async def raw_updates(
        self, offset: int, *, limit: int, poll_for: timedelta, allowed_updates: Sequence[str]
    ) -> object:
        """Return the raw result of getUpdates. Raise `TelegramError`."""
        seconds = int(poll_for.total_seconds())
        parameters = {"offset": offset, "limit": limit, "timeout": seconds, "allowed_updates": allowed_updates}
        return await self._post("getUpdates", parameters, read_timeout=_READ_SECONDS + seconds)

    async def call(self, method: str, fields: dict[str, Any]) -> object:
        """Return the unparsed result of any method. Raise `TelegramError`; `InvalidToken` if there is none such."""
        return await self._post(method, fields)


class Api:
    """One bot at one Bot API address."""

    def __init__(self, token: str, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        # durations as timedelta, without deprecation warnings; the library reads this from the environment only
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        self._requests = (
            _requests(_CONNECTIONS),
            _requests(2),
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
        #: when each chat with a `retry_after` accepts messages again
        self._blocked_until: dict[str, float] = {}
        #: open while a proxy in front of Telegram blocks the bot
        self._breaker = CircuitBreaker()
        self._rich = RichFallback()

    def parsed(self, raw: object) -> Update | None:
        """Parse an update. Raise any exception if it is malformed."""
        return Update.de_json(cast("dict[str, Any]", raw), self.bot)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        for request in self._requests:
            await request.shutdown()

    async def me(self) -> User:
        """Return the bot's account (cached). Raise `TelegramError`."""
        if self._me is None:
            self._me = await self.bot.get_me()
        return self._me

    async def name(self) -> str:
        """Return the bot's user name; empty if it cannot be looked up now, as messages are sent without links then."""
        if self._me is None and self._clock() < self._not_before:
            return ""
        try:
            async with asyncio.timeout(_NAME_SECONDS):
                return (await self.me()).username or ""
        except (TelegramError, TimeoutError) as error:
            self._not_before = self._clock() + _NAME_AGAIN
            log.warning("bot name not available", surface="telegram", reason=type(error).__name__)
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
        """Post a page that fits into one message. Raise `TelegramError`."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None

        async def rich() -> Message:
            fields = _rich(page, mention) | _optional(
                message_thread_id=int(chat.thread) if chat.thread else None,
                disable_notification=silent or None,
                reply_parameters=reply and reply.to_dict(),
                reply_markup=markup and markup.to_dict(),
            )
            sent = await self.bot.call("sendRichMessage", {"chat_id": int(chat.id), **fields})
            return Message.de_json(cast("dict[str, Any]", sent), self.bot)

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

        return await self._call(chat, lambda: self._rich.write(page, rich, lambda: _write_page(page, mention, send)))

    async def change(
        self, chat: Chat, message_id: int, page: Page, markup: InlineKeyboardMarkup | None, *, mention: str = ""
    ) -> None:
        """Replace the page in a message, rich or not. Raise `TelegramError`."""

        async def rich() -> Message | bool:
            fields = _rich(page, mention) | _optional(reply_markup=markup and markup.to_dict())
            await self.bot.call("editMessageText", {"chat_id": int(chat.id), "message_id": message_id, **fields})
            return True

        async def edit(text: str, parse_mode: str | None) -> Message | bool:
            return await self.bot.edit_message_text(
                text,
                int(chat.id),
                message_id,
                parse_mode=parse_mode,
                link_preview_options=_preview(page),
                reply_markup=markup,
            )

        await self._call(chat, lambda: self._rich.write(page, rich, lambda: _write_page(page, mention, edit)))

    async def relabel(self, chat: Chat, message_id: int, markup: InlineKeyboardMarkup) -> None:
        """Replace the keyboard of a message. Raise `TelegramError`."""
        await self._call(
            chat, lambda: self.bot.edit_message_reply_markup(int(chat.id), message_id, reply_markup=markup)
        )

    async def raw(self, chat: Chat, method: str, fields: dict[str, Any]) -> object:
        """Call a method that the library does not know yet, or not with these fields. Raise `TelegramError`."""
        return await self._call(chat, lambda: self.bot.call(method, fields))

    async def _call(self, chat: Chat, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call, unless the chat's `retry_after` has not passed or the circuit breaker is open. Other chats
        are not delayed.
        """
        now = self._clock()
        breaker = self._breaker.state(now)
        if (left := max(self._blocked_until.get(chat.id, 0.0) - now, breaker.seconds if breaker else 0.0)) > 0:
            raise RetryAfter(round(left + 0.5))
        self._blocked_until.pop(chat.id, None)
        try:
            return await call()
        except RetryAfter as error:
            self._blocked_until[chat.id] = self._clock() + retry_delay(error).total_seconds()
            raise
        except TelegramError as error:
            if blocked_by_proxy(error):
                self._breaker.trip(self._clock(), PROXY_WAIT.total_seconds(), BLOCKED)
                log.error("blocked by a proxy", surface="telegram", seconds=PROXY_WAIT.total_seconds())
            raise


async def _write_page(page: Page, mention: str, write: Callable[[str, str | None], Awaitable[T]]) -> T:
    """Write a page as HTML; as plain text if Telegram cannot parse the HTML, which is a bug of ours."""
    front = named(f"{mention[:_LONGEST_MENTION]}\n") if mention else Formatted()
    try:
        return await write((front + formatted(page)).html, ParseMode.HTML)
    except TelegramError as error:
        if not markup_refused(error):
            raise
        log.error("markup not understood", surface="telegram", title=page.title[:80], reason=error.message)
    return await write(f"{front.text}{unmarked(page)}", None)


def _rich(page: Page, mention: str) -> dict[str, Any]:
    return {"rich_message": rich_message(page, mention).json}


def _optional(**fields: object) -> dict[str, Any]:
    """Return the fields that are given."""
    return {name: value for name, value in fields.items() if value is not None}


def _preview(page: Page) -> LinkPreviewOptions:
    address = preview(page)
    if not address:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=address, prefer_small_media=True)
