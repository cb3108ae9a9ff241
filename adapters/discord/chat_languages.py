"""Suggest the language of a server for the digests of its channels."""

from __future__ import annotations

import os
from collections import OrderedDict

from adapters.discord.interactions import IncomingInteraction
from bot.commands.facade import BotService
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.requests import Chat

log = Log(__name__)

#: Discord reports this locale for every server that has not set one, so it says nothing about the members
_DEFAULT = "en-US"
#: channels whose suggestion need not be repeated
_REMEMBERED = 4_096


def locale_of(incoming: IncomingInteraction) -> str:
    """Return the locale of the server of an interaction; empty in private chats, where the person's language is used,
    and where the bot is not a member.
    """
    return incoming.guild_locale if incoming.server_installed else ""


class ChatLanguages:
    """Suggest each channel's language once. The application takes it unless the chat has a language already."""

    def __init__(self, service: BotService) -> None:
        self._service = service
        self._suggested: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def suggest(self, channel: str, locale: str) -> None:
        """Suggest a language. A failure is logged, and the next call for the channel tries again."""
        if not locale or locale == _DEFAULT or (channel, locale) in self._suggested:
            return
        chat = Chat("discord", channel)
        try:
            await self._service.suggest_language(chat, locale)
        except StoreError as error:
            log.warning("language not suggested", chat=str(chat), reason=str(error))
            return
        except Exception:
            log.exception("language not suggested", reference=os.urandom(4).hex(), chat=str(chat))
            return
        self._suggested[channel, locale] = None
        if len(self._suggested) > _REMEMBERED:
            self._suggested.popitem(last=False)
