"""Long polling: ask Telegram for what is new, again and again, and say when somebody else does the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NoReturn
from urllib.parse import urlsplit

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from adapters.telegram.addressed import NAME
from adapters.telegram.refusals import waited
from adapters.telegram.updates import WANTED
from bot.errors import SettingsError
from bot.logs import Log

log = Log(__name__)

#: how long Telegram holds a question to which there is no answer yet
_HELD = timedelta(seconds=25)
#: seconds between tries; the first ones after a trouble, and the last ones
_SOON, _LATE = 0.5, 30.0
#: seconds between two signs of life
_SIGN_SECONDS = 20.0
#: seconds for telling Telegram, at the end, what has been taken
_GOODBYE = 2.0
_SECOND = "another process asks Telegram for the updates of this bot; each bot token can have one only"
NOT_ACCEPTED = "PAPERBOY_TELEGRAM_TOKEN: Telegram does not accept it. @BotFather gives one, and a new one with /token."


class Polling:
    """Asks until it is cancelled."""

    def __init__(self, bot: Bot, take: Callable[[Update], None], alive: Callable[[str], Awaitable[None]]) -> None:
        self._bot = bot
        self._take = take
        self._alive = alive
        self._next = 0
        self._wait = _SOON
        self._sign_at = 0.0
        self._trouble = ""

    async def run(self) -> NoReturn:
        """Raises `SettingsError` where the token is refused; everything else is waited out, and said."""
        try:
            await self._unhooked()
            while True:
                await self._once()
        except InvalidToken:
            raise SettingsError(NOT_ACCEPTED) from None
        finally:
            await self._confirm()

    async def _once(self) -> None:
        try:
            updates = await self._bot.get_updates(self._next, timeout=_HELD, allowed_updates=WANTED)
        except InvalidToken:
            raise
        except TelegramError as error:
            await self._troubled(error)
            return
        for update in updates:
            self._next = update.update_id + 1
            self._take(update)
        await self._well()

    async def _well(self) -> None:
        if self._trouble:
            log.warning("heard again", surface=NAME)
        self._trouble, self._wait = "", _SOON
        now = asyncio.get_running_loop().time()
        if now >= self._sign_at:
            self._sign_at = now + _SIGN_SECONDS
            await self._alive("listens by polling")

    async def _troubled(self, error: TelegramError) -> None:
        """Say each kind of trouble once, and wait longer each time."""
        reason = _SECOND if isinstance(error, Conflict) else f"{type(error).__name__}: {error.message[:120]}"
        if reason != self._trouble:
            log.error("not heard", surface=NAME, reason=reason)
        self._trouble = reason
        asked = waited(error).total_seconds() if isinstance(error, RetryAfter) else 0.0
        await asyncio.sleep(max(asked, self._wait))
        self._wait = min(2 * self._wait, _LATE)

    async def _unhooked(self) -> None:
        """A webhook from elsewhere would take every update."""
        while True:
            try:
                info = await self._bot.get_webhook_info()
                if info.url:
                    log.warning("webhook taken away", surface=NAME, host=urlsplit(info.url).hostname or "")
                    await self._bot.delete_webhook()
            except InvalidToken:
                raise
            except TelegramError as error:
                await self._troubled(error)
            else:
                return

    async def _confirm(self) -> None:
        """What was taken does not come again to the next process."""
        if not self._next:
            return
        try:
            async with asyncio.timeout(_GOODBYE):
                await self._bot.get_updates(self._next, limit=1, timeout=timedelta(0), allowed_updates=WANTED)
        except (TelegramError, TimeoutError) as error:
            log.info("not confirmed", surface=NAME, reason=type(error).__name__)
