"""Long polling with getUpdates: back-off on errors, detection of a second poller, acknowledgement of updates."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn
from urllib.parse import urlsplit

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from adapters.kit.heartbeat import Heartbeat
from adapters.telegram.api import Api
from adapters.telegram.api_errors import retry_delay
from adapters.telegram.chats import NAME
from adapters.telegram.updates import WANTED, update_id
from bot.domain.errors import SettingsError
from bot.domain.log import Log

log = Log(__name__)

#: how long Telegram holds a getUpdates request without updates
_POLL_TIMEOUT = timedelta(seconds=25)
#: updates per response
_AT_ONCE = 100
#: seconds between attempts after an error: the first wait, and the longest
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
#: seconds for acknowledging the last updates at shutdown, and between two attempts
_CONFIRM_SECONDS, _CONFIRM_WAIT = 3.0, 0.2
_SECOND = "another process is polling with this bot token; only one can"
NOT_ACCEPTED = "PAPERBOY_TELEGRAM_TOKEN: Telegram does not accept this token. Get a new one with /token at @BotFather."


class Polling:
    """Poll for updates until cancelled. Then `confirm` acknowledges what was received."""

    def __init__(self, api: Api, receive: Callable[[object], object], heartbeat: Heartbeat) -> None:
        """`receive` is called with each raw update; it must not raise."""
        self._bot = api.bot
        self._receive = receive
        self._heartbeat = heartbeat
        self._next = 0
        self._wait = _FIRST_WAIT
        self._last_error = ""

    async def run(self) -> NoReturn:
        """Poll. Raise `SettingsError` if the token is refused; other errors are logged and retried."""
        try:
            await self._remove_webhook()
            while True:
                await self._poll()
        except InvalidToken:
            raise SettingsError(NOT_ACCEPTED) from None

    async def _poll(self) -> None:
        try:
            updates = await self._bot.raw_updates(
                self._next, limit=_AT_ONCE, poll_for=_POLL_TIMEOUT, allowed_updates=WANTED
            )
        except InvalidToken:
            raise
        except TelegramError as error:
            await self._failed(error)
        except Exception as error:
            # a response of a shape that the library does not expect
            log.exception("poll failed", surface=NAME, reference=os.urandom(4).hex())
            await self._back_off(type(error).__name__)
        else:
            await self._process(updates)

    async def _process(self, updates: object) -> None:
        """Process a batch of updates, and advance the offset behind it."""
        if not isinstance(updates, list):
            await self._back_off(f"Telegram returned {type(updates).__name__} instead of a list of updates")
            return
        before = self._next
        for update in updates:
            if (id := update_id(update)) is not None:
                self._next = max(self._next, id + 1)
            self._receive(update)
        if updates and self._next == before:
            await self._back_off("Telegram returned updates without an id")
            return
        self._succeeded()

    def _succeeded(self) -> None:
        if self._last_error:
            log.warning("listener recovered", surface=NAME)
        self._last_error, self._wait = "", _FIRST_WAIT
        self._heartbeat.beat("listens by polling")

    async def _failed(self, error: TelegramError) -> None:
        reason = _SECOND if isinstance(error, Conflict) else f"{type(error).__name__}: {error.message[:120]}"
        await self._back_off(reason, retry_delay(error).total_seconds() if isinstance(error, RetryAfter) else 0.0)

    async def _back_off(self, reason: str, minimum: float = 0.0) -> None:
        """Log each new kind of error once, and wait with exponential back-off."""
        if reason != self._last_error:
            log.error("listener failed", surface=NAME, reason=reason)
        self._last_error = reason
        await asyncio.sleep(max(minimum, self._wait))
        self._wait = min(2 * self._wait, _LONGEST_WAIT)

    async def _remove_webhook(self) -> None:
        """Remove a webhook that is set, as it would receive all updates."""
        while True:
            try:
                info = await self._bot.get_webhook_info()
                if info.url:
                    log.warning("webhook removed", surface=NAME, host=urlsplit(info.url).hostname or "")
                    await self._bot.delete_webhook()
            except InvalidToken:
                raise
            except TelegramError as error:
                await self._failed(error)
            else:
                return

    async def confirm(self) -> None:
        """Acknowledge the received updates, so that the next process does not get them again."""
        if not self._next:
            return
        try:
            async with asyncio.timeout(_CONFIRM_SECONDS):
                while not await self._confirmed():  # noqa: ASYNC110 - Telegram is asked again, there is no event
                    await asyncio.sleep(_CONFIRM_WAIT)
        except TimeoutError:
            log.warning("updates not acknowledged", surface=NAME, reason=self._last_error)

    async def _confirmed(self) -> bool:
        try:
            await self._bot.raw_updates(self._next, limit=1, poll_for=timedelta(0), allowed_updates=WANTED)
        except Exception as error:
            # the listener may be ending because of another error, which must not be masked
            self._last_error = type(error).__name__
            return isinstance(error, InvalidToken)
        return True
