"""The languages that Telegram reports for chats: suggested to the application facade once per chat."""

from __future__ import annotations

from adapters.kit.dedupe import RecentIds
from adapters.telegram.chats import NAME
from bot.commands.facade import BotService
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.requests import Chat

log = Log(__name__)

#: chats in memory; a chat is suggested again after that many others, which changes nothing
_REMEMBERED = 10_000


class LanguageReports:
    """Suggest the languages of chats. A language that was chosen or suggested before is kept."""

    def __init__(self, service: BotService) -> None:
        self._service = service
        self._known = RecentIds(_REMEMBERED)

    async def suggest(self, chat: Chat, tag: str | None) -> None:
        """Suggest the language of a chat; never raise, as digests arrive in English otherwise.

        `tag` is the language of the person in a private chat, and of whoever added the bot in a group or channel.
        """
        if not tag or not self._known.add((chat, tag)):
            return
        try:
            await self._service.suggest_language(chat, tag)
        except StoreError as error:
            log.warning("language not suggested", surface=NAME, chat=str(chat), reason=str(error))
