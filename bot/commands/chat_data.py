"""/export, /import and /forget: a chat's settings as words, and the end of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.commands.operations import Call, Controller, Operation, single
from bot.commands.votes import asking
from bot.domain.errors import BadArgument
from bot.domain.pages import Page
from bot.domain.requests import Chat, Command, Effect, Option, Request
from bot.domain.schedule.slots import next_slot
from bot.domain.subscriptions import Pause, Subscription
from bot.domain.text import keyword, shorten
from bot.messages import chat_data as view
from bot.query.subscriptions.format import show
from bot.query.subscriptions.parser import read
from bot.services.bundle import Services
from bot.services.subscriptions import blank, require_room

EXPORT = Command(
    name="export",
    summary="The settings of this chat, as text that can be pasted back",
    usage="/export",
    examples=("/export",),
    manages=True,
)
IMPORT = Command(
    name="import",
    summary="Take settings that /export has shown, here or in another chat",
    usage="/import <what /export has shown>",
    options=(Option(name="settings", description="What /export has shown", required=True),),
    examples=("/import agents top:5 weekdays at 09:00 Europe/Berlin",),
    manages=True,
)
FORGET = Command(
    name="forget",
    summary="Delete everything that is kept of you, or of this chat",
    usage="/forget me|everything",
    options=(
        Option(
            name="what",
            description="me: what you saved and your votes; everything: all of this chat",
            choices=("me", "everything"),
        ),
    ),
    examples=("/forget", "/forget me"),
    private=True,
)

#: one export is several lines, which a chat may fold into one
_BETWEEN = re.compile(r"(?:^|(?<=\s))/import(?=\s|$)|;(?=\s|$)")
_PAUSED = " paused"


async def export(services: Services, request: Request, now: datetime) -> Page:
    """Each subscription as a line."""
    return view.exported([_line(each) for each in await services.store.subscriptions.of(request.chat)])


def _line(subscription: Subscription) -> str:
    return f"/import {show(subscription)}{_PAUSED if subscription.paused else ''}"


async def take(services: Services, request: Request, now: datetime) -> Page:
    """Add what is not there yet; all of it, or nothing where something cannot be read."""
    lines = [line.strip() for line in _BETWEEN.split(request.argument.removeprefix("settings:")) if line.strip()]
    if not lines:
        raise BadArgument("Import what?", "Paste what /export has shown.")
    require_room(0, len(lines))
    wanted = {show(each): each for each in (_read(line, request.chat, now) for line in lines)}
    new = await services.subscriptions.add_missing(request.chat, wanted)
    return view.imported(new, len(wanted) - len(new))


def _read(line: str, chat: Chat, now: datetime) -> Subscription:
    settings, _, last = line.rpartition(" ")
    paused = bool(settings) and keyword(last) == _PAUSED.strip()
    wish = read(settings if paused else line, now)
    if wish.complaints:
        raise BadArgument(wish.complaints[0], "Nothing was imported.")
    if not wish.when.zone:
        raise BadArgument(
            f"“{shorten(line, 60)}” says no time zone.", "Nothing was imported. Paste what /export has shown."
        )
    subscription = wish.over(blank(chat, wish.when.zone, now))
    if paused:
        return replace(subscription, paused=Pause.PERSON)
    return replace(subscription, next_at=next_slot(subscription.schedule, now))


async def _ask(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """What would be deleted, and the button that does it."""
    return view.really(len(await services.store.subscriptions.of(request.chat)))


async def _forget_chat(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Delete every row of the chat."""
    services.papers.forget_lists(request.chat)
    return view.forgotten(await services.store.subscriptions.forget(request.chat))


async def _forget_person(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """A person needs no right to be forgotten."""
    surface, person = request.chat.surface, asking(request)
    saved = await services.store.saved.forget(surface, person)
    await services.store.languages.forget(surface, person)
    return view.person_forgotten(saved, await services.store.votes.forget(surface, person))


async def _ask_person(services: Services, request: Request, argument: str, now: datetime) -> Page:
    return view.really_person(len(await services.store.saved.of(request.chat.surface, asking(request))))


IMPORT_CONTROLLER = single(IMPORT, Effect.CHAT, take, label="Import")

_FORGET_ASK = Operation(name="ask", effect=Effect.READS, run=_ask, manages=True)
_FORGET_PERSON = Operation(name="me", effect=Effect.OWN, run=_forget_person, ask=_ask_person)
_FORGET_CHAT = Operation(name="everything", effect=Effect.DESTROYS, run=_forget_chat, ask=_ask)
#: the word behind /forget is the confirmation; whatever else is typed there only asks
_WORDS = {"me": _FORGET_PERSON, "everything": _FORGET_CHAT}


def _parse(argument: str, now: datetime) -> Call[str]:
    return _WORDS.get(keyword(argument).removeprefix("what:").strip(), _FORGET_ASK).of(argument)


FORGET_CONTROLLER = Controller(FORGET, (_FORGET_ASK, _FORGET_PERSON, _FORGET_CHAT), _parse)
