"""Autocomplete for command options."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping

from adapters.discord.interactions import IncomingInteraction
from adapters.discord.layout import Json
from adapters.discord.rights import may_manage
from bot.commands.facade import BotService
from bot.domain.log import Log
from bot.domain.requests import Chat, Command, Suggestion

log = Log(__name__)

_LONGEST = 100


async def suggestions(
    desk: BotService, known: Mapping[str, Command], asked: IncomingInteraction, seconds: float
) -> list[Json]:
    """Return the choices; none if they cannot be found within `seconds` or the lookup fails."""
    command = known.get(asked.data.name)
    typed = next((given for given in asked.data.options if given.focused), None)
    options = command.options if command else ()
    completion = next((each.completion for each in options if typed and each.name == typed.name), None)
    if typed is None or completion is None:
        return []
    place = asked.data.given.get("channel", "")
    chat = Chat("discord", place) if place and may_manage(asked, command, place) else asked.chat
    try:
        async with asyncio.timeout(seconds):
            found = await desk.complete(chat, completion, str(typed.value))
    except TimeoutError:
        return []
    except Exception:
        # the option accepts free text without suggestions
        log.exception("no suggestions", reference=os.urandom(4).hex(), chat=str(chat))
        return []
    return [_choice(each) for each in found if len(each.value) <= _LONGEST]


def _choice(suggestion: Suggestion) -> Json:
    return {"name": suggestion.label[:_LONGEST] or "…", "value": suggestion.value}
