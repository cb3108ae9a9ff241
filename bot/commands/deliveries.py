"""/resend: a digest of which nobody knows whether it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.commands.engine import Engine
from bot.commands.managing import managing
from bot.errors import BadArgument, NotFound
from bot.models import Chat, Command, DeliveryState, Option, Request
from bot.page import Page
from bot.text import shorten
from bot.views import deliveries as view
from bot.views.deliveries import Doubt

RESEND = Command(
    name="resend",
    summary="Post a digest again of which nobody knows whether it came",
    usage="/resend [number]",
    options=(Option(name="number", description="Its number in the list that /resend shows"),),
    examples=("/resend", "/resend 1"),
    manages=True,
)

_POINTER = re.compile(r"(id:|#?)([0-9]{1,18})", re.IGNORECASE)
#: more than anybody looks through
_MOST = 20


async def resend(engine: Engine, request: Request, now: datetime) -> Page:
    """The list of those in doubt, or the one that is posted again."""
    managing(request)
    found = await _doubts(engine, request.chat)
    argument = request.argument.strip().removeprefix("number:")
    if not argument:
        return view.doubts(found)
    doubt = _meant(found, argument)
    if not await engine.store.deliveries.resend(doubt.delivery.id, now):
        raise NotFound("That digest is not in doubt any more.", "/status shows what came.")
    return view.again(doubt)


async def _doubts(engine: Engine, chat: Chat) -> list[Doubt]:
    known = {each.id: each for each in await engine.store.subscriptions.of(chat)}
    found = await engine.store.deliveries.find(state=DeliveryState.UNCERTAIN, chat=chat, limit=_MOST)
    return [Doubt(number, each, known.get(each.subscription_id)) for number, each in enumerate(found, 1)]


def _meant(found: Sequence[Doubt], argument: str) -> Doubt:
    pointed = _POINTER.fullmatch(argument)
    if pointed is None:
        raise BadArgument(f"“{shorten(argument, 60)}” is no number.", "/resend shows what is uncertain.")
    wanted = int(pointed[2])
    for doubt in found:
        if wanted == (doubt.delivery.id if pointed[1].casefold() == "id:" else doubt.number):
            return doubt
    raise NotFound("No such digest is uncertain here.", "/resend shows those that are.")
