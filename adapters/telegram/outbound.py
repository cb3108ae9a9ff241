"""Outbound calls that answer people: rate limited, with retries up to a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar, cast

from telegram import (
    CallbackQuery,
    ChatFullInfo,
    ChatMember,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResult,
    InlineQueryResultsButton,
    Message,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest

from adapters.kit.breaker import CircuitBreaker
from adapters.kit.local_rate_limiter import LocalRateLimiter
from adapters.kit.retry import Failed, Failure, Impact, RetryPolicy, retry_answer
from adapters.telegram.api import Api
from adapters.telegram.api_errors import failure, unchanged
from adapters.telegram.chats import NAME
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat

log = Log(__name__)
T = TypeVar("T")

#: deadline of an answer in seconds; a later one is of no use
ANSWER_SECONDS = 120.0
#: deadline for callback and inline queries, which Telegram expires soon, and for permission look-ups, which delay both
PROMPT_SECONDS = 10.0
_POLICY = RetryPolicy(first=0.5, factor=2, longest=8)
#: seconds during which a failed database is not asked for turns; longest wait for a turn meanwhile
_STORE_RETRY_SECONDS, _LOCAL_MAX_WAIT = 30.0, 20.0
_LIMITED = "the limit of this chat is reached"


class NoTurn(Exception):
    """The rate limits would delay a message for too long."""


class TurnSource(Protocol):
    """The rate limiter shared by all processes: the application facade."""

    async def answering(self, allowance: Allowance, chat: Chat) -> bool:
        """As `BotService.answering`."""
        ...


class Outbound:
    """Make calls with retries until they succeed, are refused, or reach their deadline."""

    def __init__(
        self,
        api: Api,
        turns: TurnSource,
        allowance: Allowance,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._turns = turns
        self._allowance = allowance
        self._clock = clock
        self._sleep = sleep
        self._local_limiter = LocalRateLimiter(clock)
        #: open while the database is not used for rate limits
        self._store_breaker = CircuitBreaker()

    async def say(
        self,
        chat: Chat,
        page: Page,
        markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None,
        *,
        silent: bool = False,
        reply_to: int | None = None,
    ) -> Message:
        """Post a page that fits into one message. Raise `TelegramError` or `NoTurn` if that has failed for good."""

        async def call() -> Message:
            await self._acquire_turn(chat)
            return await self._api.say(chat, page, markup, silent=silent, reply_to=reply_to)

        return await self._with_retries(call, str(chat), ANSWER_SECONDS)

    async def change(self, chat: Chat, message_id: int, page: Page, markup: InlineKeyboardMarkup | None) -> None:
        """Replace the page in a message. Raise as `say`; an unchanged page is no error."""

        async def call() -> None:
            await self._acquire_turn(chat)
            with _ignore_unchanged():
                await self._api.change(chat, message_id, page, markup)

        await self._with_retries(call, str(chat), ANSWER_SECONDS, repeatable=True)

    async def relabel(self, chat: Chat, message_id: int, draw: Callable[[], Awaitable[InlineKeyboardMarkup]]) -> None:
        """Replace the keyboard of a message; `draw` computes it when its turn has come. Raise as `change`."""

        async def call() -> None:
            await self._acquire_turn(chat)
            with _ignore_unchanged():
                await self._api.relabel(chat, message_id, await draw())

        await self._with_retries(call, str(chat), ANSWER_SECONDS, repeatable=True)

    async def answer_press(self, query: CallbackQuery, text: str, *, alert: bool) -> None:
        """Answer a callback query with a notification, or without text. Raise `TelegramError`."""
        await self._with_retries(
            lambda: query.answer(text or None, show_alert=alert or None), "press", PROMPT_SECONDS, repeatable=True
        )

    async def open_link(self, query: CallbackQuery, url: str) -> None:
        """Answer a callback query with a link to the bot, which the client opens. Raise `TelegramError`."""
        await self._with_retries(lambda: query.answer(url=url), "press", PROMPT_SECONDS, repeatable=True)

    async def answer_inline(
        self,
        query: InlineQuery,
        results: Sequence[InlineQueryResult],
        *,
        button: InlineQueryResultsButton,
        cache_seconds: int,
        next_offset: str,
    ) -> None:
        """Answer an inline query; the results are in the language of the person. Raise `TelegramError`."""
        await self._with_retries(
            lambda: query.answer(
                results, cache_time=cache_seconds, is_personal=True, next_offset=next_offset, button=button
            ),
            "inline",
            PROMPT_SECONDS,
            repeatable=True,
        )

    async def answer_guest(self, id: str, result: InlineQueryResult) -> None:
        """Answer a guest query, which takes one answer. Raise `TelegramError`."""
        # a repeated answer is refused, so that nothing is posted twice
        await self._with_retries(
            lambda: self._api.bot.answer_guest_query(id, result), "guest", PROMPT_SECONDS, repeatable=True
        )

    async def raw(self, chat: Chat, method: str, fields: dict[str, Any]) -> object:
        """Make a call that the library does not know, once. Raise `TelegramError` or `NoTurn`."""
        await self._acquire_turn(chat)
        return await self._api.raw(chat, method, fields)

    async def chat(self, id: int | str) -> ChatFullInfo:
        """Look up a chat. Raise `TelegramError`."""
        return await self._with_retries(lambda: self._api.bot.get_chat(id), str(id), PROMPT_SECONDS, repeatable=True)

    async def member(self, chat: int, person: int) -> ChatMember:
        """Look up a member of a chat. Raise `TelegramError`."""
        return await self._with_retries(
            lambda: self._api.bot.get_chat_member(chat, person), str(chat), PROMPT_SECONDS, repeatable=True
        )

    async def _acquire_turn(self, chat: Chat) -> None:
        """Wait for a turn of the rate limiter; while the database fails (such as a full disk), of the one in memory."""
        if self._store_breaker.state(self._clock()) is None:
            try:
                if await self._turns.answering(self._allowance, chat):
                    return
                raise NoTurn(_LIMITED)
            except StoreError as error:
                log.warning("rate limit kept in memory", surface=NAME, reason=str(error))
                self._store_breaker.trip(self._clock(), _STORE_RETRY_SECONDS, str(error))
        wait = self._local_limiter.acquire(self._allowance.rates(NAME, str(chat)), _LOCAL_MAX_WAIT)
        if wait is None:
            raise NoTurn(_LIMITED)
        await self._sleep(wait)

    async def _with_retries(
        self, call: Callable[[], Awaitable[T]], where: str, seconds: float, *, repeatable: bool = False
    ) -> T:
        """Return the result of a call with retries. Raise the last error if it was given up."""
        outcome = await retry_answer(
            call,
            _classified,
            deadline=self._clock() + seconds,
            policy=_POLICY,
            repeatable=repeatable,
            clock=self._clock,
            sleep=self._sleep,
        )
        if not isinstance(outcome, Failed):
            return cast("T", outcome.value)
        if not outcome.failure.permanent:
            log.warning(
                "answer given up",
                surface=NAME,
                chat=where,
                reason=outcome.failure.reason,
                tries=outcome.tries,
                may_have_arrived=outcome.impact is Impact.POSSIBLE,
            )
        raise outcome.error


@contextmanager
def _ignore_unchanged() -> Iterator[None]:
    """Treat "message is not modified" as success."""
    try:
        yield
    except BadRequest as error:
        if not unchanged(error):
            raise


def _classified(error: Exception) -> Failure | None:
    if isinstance(error, NoTurn):
        return Failure(impact=Impact.NONE, reason=str(error))
    return failure(error)
