"""/resend: a digest of which nobody knows whether it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.commands.operations import Call, Controller, Operation
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import BadArgument, NotFound
from bot.domain.pages import Page
from bot.domain.requests import Chat, Command, Effect, Option, Request
from bot.domain.standings import Doubt
from bot.domain.text import shorten
from bot.messages import deliveries as view
from bot.services.bundle import Services

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


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which digest is meant: by its number in the list, or by its id."""

    number: int
    by_id: bool


async def _list(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Those in doubt."""
    return view.doubts(await _doubts(services, request.chat))


async def _resend(services: Services, request: Request, pointer: Pointer, now: datetime) -> Page:
    """Post one again."""
    doubt = _meant(await _doubts(services, request.chat), pointer)
    if not await services.store.deliveries.resend(doubt.delivery.id, now):
        raise NotFound("That digest is not in doubt any more.", "/status shows what came.")
    return view.again(doubt)


async def _ask(services: Services, request: Request, pointer: Pointer, now: datetime) -> Page:
    return await _list(services, request, "", now)


_LIST = Operation(name="list", effect=Effect.READS, run=_list, manages=True)
_RESEND = Operation(name="resend", effect=Effect.CHAT, run=_resend, ask=_ask)


def _parse(argument: str, now: datetime) -> Call[Any]:
    said = argument.removeprefix("number:").strip()
    if not said:
        return _LIST.of("")
    found = _POINTER.fullmatch(said)
    if found is None:
        raise BadArgument(f"“{shorten(said, 60)}” is no number.", "/resend shows what is uncertain.")
    return _RESEND.of(Pointer(int(found[2]), found[1].casefold() == "id:"))


CONTROLLER = Controller(RESEND, (_LIST, _RESEND), _parse)


async def _doubts(services: Services, chat: Chat) -> list[Doubt]:
    known = {each.id: each for each in await services.store.subscriptions.of(chat)}
    found = await services.store.deliveries.find(state=DeliveryState.UNCERTAIN, chat=chat, limit=_MOST)
    return [Doubt(number, each, known.get(each.subscription_id)) for number, each in enumerate(found, 1)]


def _meant(found: Sequence[Doubt], pointer: Pointer) -> Doubt:
    for doubt in found:
        if pointer.number == (doubt.delivery.id if pointer.by_id else doubt.number):
            return doubt
    raise NotFound("No such digest is uncertain here.", "/resend shows those that are.")
