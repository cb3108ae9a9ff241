"""Rich messages with a fallback: a page that Telegram does not take as a rich message is written as HTML."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import TelegramError

from adapters.telegram.api_errors import method_missing, rich_refused
from adapters.telegram.chats import NAME
from adapters.telegram.rich_messages import is_rich
from bot.domain.log import Log
from bot.domain.pages import Page

log = Log(__name__)
T = TypeVar("T")


class RichFallback:
    """Remembers for the life of the process whether the server has rich messages."""

    def __init__(self) -> None:
        self._offered = True

    async def write(self, page: Page, rich: Callable[[], Awaitable[T]], html: Callable[[], Awaitable[T]]) -> T:
        """Write a page with `rich` if that is its layout, and with `html` otherwise or if Telegram refuses it.

        Raise `TelegramError`. After a lost answer nothing else is written, as the message may have arrived.
        """
        if self._offered and is_rich(page):
            try:
                return await rich()
            except TelegramError as error:
                if not rich_refused(error):
                    raise
                self._note(error)
        return await html()

    def _note(self, error: TelegramError) -> None:
        if method_missing(error):
            self._offered = False
            log.warning("the server does not have rich messages", surface=NAME)
        else:
            log.warning("rich message refused", surface=NAME, reason=error.message[:120])
