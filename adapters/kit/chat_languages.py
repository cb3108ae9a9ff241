"""Suggest the languages that a platform reports for its chats."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.requests import Chat

log = Log(__name__)


class ChatLanguages:
    """Suggest each chat's language once. The application takes it unless the chat has a language already."""

    def __init__(self, suggest: Callable[[Chat, str], Awaitable[None]], *, size: int = 10_000) -> None:
        """`suggest` is `BotService.suggest_language`; `size` is the number of chats for which it is not repeated."""
        self._suggest = suggest
        self._size = size
        self._suggested: OrderedDict[tuple[Chat, str], None] = OrderedDict()

    async def suggest(self, chat: Chat, tag: str) -> None:
        """Suggest a language; nothing for an empty tag. A failure is logged, and the next call tries again."""
        if not tag or (chat, tag) in self._suggested:
            return
        try:
            await self._suggest(chat, tag)
        except StoreError as error:
            log.warning("language not suggested", chat=str(chat), reason=str(error))
            return
        except Exception:
            log.exception("language not suggested", reference=os.urandom(4).hex(), chat=str(chat))
            return
        self._suggested[chat, tag] = None
        if len(self._suggested) > self._size:
            self._suggested.popitem(last=False)
