"""What a field of a command can be completed to, while somebody types into it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping

from adapters.discord.asked import Asked
from adapters.discord.layout import Json
from adapters.discord.rights import may_manage
from bot.desk import Desk
from bot.logs import Log
from bot.models import Chat, Command, Suggestion

log = Log(__name__)

_LONGEST = 100


async def suggestions(desk: Desk, known: Mapping[str, Command], asked: Asked, seconds: float) -> list[Json]:
    """The choices; none where they are not found within some seconds, or cannot be."""
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
        # without suggestions a field takes what is typed all the same
        log.exception("no suggestions", reference=os.urandom(4).hex(), chat=str(chat))
        return []
    return [_choice(each) for each in found if len(each.value) <= _LONGEST]


def _choice(suggestion: Suggestion) -> Json:
    return {"name": suggestion.label[:_LONGEST] or "…", "value": suggestion.value}
