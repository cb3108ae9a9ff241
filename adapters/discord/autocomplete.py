"""Autocomplete for command options."""

from __future__ import annotations

import asyncio
import os

from adapters.discord.components import Json
from adapters.discord.handler import InteractionHandler
from adapters.discord.interactions import IncomingInteraction
from adapters.discord.permission_checks import may_manage
from adapters.discord.slash_commands import CHANNEL
from bot.commands.facade import BotService
from bot.domain.log import Log
from bot.domain.requests import Chat, Suggestion

log = Log(__name__)

_LONGEST = 100


async def suggestions(
    service: BotService, handler: InteractionHandler, incoming: IncomingInteraction, seconds: float
) -> list[Json]:
    """Return the choices; none if they cannot be found within `seconds` or the lookup fails."""
    command = handler.known.get(incoming.data.name)
    option = next((given for given in incoming.data.options if given.focused), None)
    options = command.options if command else ()
    completion = next((each.completion for each in options if option and each.name == option.name), None)
    if option is None or completion is None:
        return []
    channel = incoming.data.given.get(CHANNEL, "")
    chat = Chat("discord", channel) if channel and may_manage(incoming, command, channel) else incoming.chat
    try:
        async with asyncio.timeout(seconds):
            language = await handler.language(incoming)
            found = await service.complete(chat, completion, str(option.value), language)
    except TimeoutError:
        return []
    except Exception:
        # the option accepts free text without suggestions
        log.exception("autocomplete failed", reference=os.urandom(4).hex(), chat=str(chat))
        return []
    return [_choice(each) for each in found if len(each.value) <= _LONGEST]


def _choice(suggestion: Suggestion) -> Json:
    return {"name": suggestion.label[:_LONGEST] or "…", "value": suggestion.value}
