"""The channels and groups that a person manages, as far as the bot knows them; the rights are checked each time."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from telegram.error import TelegramError

from adapters.kit.dedupe import RecentIds
from adapters.telegram.chats import NAME
from adapters.telegram.outbound import Outbound
from adapters.telegram.permission_checks import known_manager
from adapters.telegram.senders import is_person
from bot.commands.facade import BotService
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.requests import Chat, ChatDetails

log = Log(__name__)

#: chats of one person that are checked, and how many at once
_MOST, _AT_ONCE = 50, 5
#: seconds for which a check holds while a person leafs through the list, and people remembered
_HOLDS, _REMEMBERED = 30.0, 1_000


class ManagedChats:
    """Who was seen to manage a chat is stored, as Telegram cannot list a person's chats."""

    def __init__(self, service: BotService, outbound: Outbound) -> None:
        self._service = service
        self._outbound = outbound
        self._noted = RecentIds()
        self._checked: OrderedDict[str, tuple[float, frozenset[str]]] = OrderedDict()

    async def note(self, chat: Chat, title: str, person: str) -> None:
        """Store that a person manages a chat. Errors only mean that the chat is missing from their list."""
        if not is_person(person) or not self._noted.add((chat.id, person, title)):
            return
        try:
            await self._service.note_manager(ChatDetails(Chat(NAME, chat.id), title), person)
            self._checked.pop(person, None)
        except StoreError as error:
            log.warning("manager not noted", surface=NAME, chat=str(chat), reason=str(error))

    async def of(self, person: str) -> frozenset[str]:
        """Return the ids of the chats that a person manages now."""
        if not is_person(person):
            return frozenset()
        if (known := self._checked.get(person)) and time.monotonic() - known[0] < _HOLDS:
            return known[1]
        seen = (await self._service.managed_by(NAME, person))[:_MOST]
        limit = asyncio.Semaphore(_AT_ONCE)
        held = await asyncio.gather(*(self._manages(chat, person, limit) for chat in seen))
        found = frozenset(chat for chat, holds in zip(seen, held, strict=True) if holds)
        self._checked[person] = (time.monotonic(), found)
        if len(self._checked) > _REMEMBERED:
            self._checked.popitem(last=False)
        return found

    async def _manages(self, chat: str, person: str, limit: asyncio.Semaphore) -> bool:
        async with limit:
            try:
                holds = await known_manager(self._outbound, chat, person)
            except TelegramError as error:
                log.info("manager not checked", surface=NAME, chat=chat, reason=type(error).__name__)
                return False
        if holds is False:
            # no administrator any more
            await self._service.forget_manager(Chat(NAME, chat), person)
        return bool(holds)
