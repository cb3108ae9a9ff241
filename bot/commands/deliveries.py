"""/resend: send a digest again that may not have arrived, or leave it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.commands.operations import Call, Controller, Operation
from bot.domain.errors import BadArgument, NotFound
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Effect, Option, Request
from bot.domain.standings import Doubt
from bot.domain.text import keyword, shorten
from bot.messages import deliveries as view
from bot.services.bundle import Services

RESEND = Command(
    name="resend",
    summary=tr("Resend a digest that may not have arrived"),
    usage="/resend [skip] [number]",
    options=(
        Option(name="action", description=tr("What to do"), choices=("resend", "skip")),
        Option(name="number", description=tr("Number in the list that {command} shows", command="/resend")),
    ),
    examples=("/resend", "/resend 1", "/resend skip 1"),
    manages=True,
)

#: the hint of refusals
_LISTED = tr("To see the digests that may not have arrived, send {command}", command="/resend")
_ACTION = re.compile(r"(?P<action>resend|skip)(?:\s+|$)")
_POINTER = re.compile(r"(id:|#?)([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Pointer:
    """A digest, by its number in the list or by its id."""

    number: int
    by_id: bool


async def _list(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Return the uncertain deliveries."""
    return view.doubts(await services.deliveries.doubts(request.chat))


async def _resend(services: Services, request: Request, pointer: Pointer, now: datetime) -> Page:
    """Send one again."""
    doubt = _meant(await services.deliveries.doubts(request.chat), pointer)
    if not await services.deliveries.resend(doubt.delivery.id, now):
        raise NotFound(
            tr("That digest doesn't need to be sent again."),
            tr("To see what was sent, use {command}", command="/status"),
        )
    return view.again(doubt)


async def _ask(services: Services, request: Request, pointer: Pointer | None, now: datetime) -> Page:
    return await _list(services, request, "", now)


async def _skip(services: Services, request: Request, pointer: Pointer | None, now: datetime) -> Page:
    """Leave out one, or all without a pointer."""
    found = await services.deliveries.doubts(request.chat)
    meant = [_meant(found, pointer)] if pointer else found
    skipped = [each for each in meant if await services.deliveries.leave_out(each.delivery.id, now)]
    if not skipped:
        raise NotFound(tr("There is no digest here that may be missing."), _LISTED)
    return view.left_out(skipped)


_LIST = Operation(name="list", effect=Effect.READS, run=_list, manages=True)
_RESEND = Operation(name="resend", effect=Effect.CHAT, run=_resend, ask=_ask)
_LEAVE_OUT = Operation(name="skip", effect=Effect.CHAT, run=_skip, ask=_ask)


def _parse(argument: str, now: datetime) -> Call[Any]:
    said = keyword(argument)
    action = _ACTION.match(said)
    pointed = said[action.end() if action else 0 :].removeprefix("number:").strip()
    skips = action is not None and action["action"] == "skip"
    if not pointed:
        # an action without a number asks for the list to choose from
        return _LIST.of("")
    if skips and pointed == "all":
        return _LEAVE_OUT.of(None)
    found = _POINTER.fullmatch(pointed)
    if found is None:
        raise BadArgument(tr("“{text}” is not a number.", text=shorten(argument.strip(), 60)), _LISTED)
    pointer = Pointer(int(found[2]), found[1] == "id:")
    return _LEAVE_OUT.of(pointer) if skips else _RESEND.of(pointer)


CONTROLLER = Controller(RESEND, (_LIST, _RESEND, _LEAVE_OUT), _parse)


def _meant(found: Sequence[Doubt], pointer: Pointer) -> Doubt:
    for doubt in found:
        if pointer.number == (doubt.delivery.id if pointer.by_id else doubt.number):
            return doubt
    raise NotFound(tr("There is no digest with that number here."), _LISTED)
