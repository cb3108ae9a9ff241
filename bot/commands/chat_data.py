"""/export, /import and /forget: a chat's settings as words, and the end of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.commands.engine import Engine
from bot.commands.managing import managing
from bot.commands.subscribing import blank, room
from bot.commands.votes import asking
from bot.errors import BadArgument
from bot.models import Chat, Command, Option, Pause, Request, Subscription
from bot.page import Page
from bot.subscribing import next_slot, read, show
from bot.text import shorten
from bot.views import chat_data as view

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


async def export(engine: Engine, request: Request, now: datetime) -> Page:
    """Each subscription as a line."""
    managing(request)
    return view.exported([_line(each) for each in await engine.store.subscriptions.of(request.chat)])


def _line(subscription: Subscription) -> str:
    return f"/import {show(subscription)}{_PAUSED if subscription.paused else ''}"


async def take(engine: Engine, request: Request, now: datetime) -> Page:
    """Add what is not there yet; all of it, or nothing where something cannot be read."""
    managing(request)
    lines = [line.strip() for line in _BETWEEN.split(request.argument.removeprefix("settings:")) if line.strip()]
    if not lines:
        raise BadArgument("Import what?", "Paste what /export has shown.")
    there = await engine.store.subscriptions.of(request.chat)
    room(0, len(lines))
    known = {show(each) for each in there}
    wanted = {show(each): each for each in (_read(line, request.chat, now) for line in lines)}
    new = [each for words, each in wanted.items() if words not in known]
    room(len(there), len(new))
    for each in new:
        await engine.store.subscriptions.add(each)
    return view.imported([show(each) for each in new], len(wanted) - len(new))


def _read(line: str, chat: Chat, now: datetime) -> Subscription:
    paused = line.endswith(_PAUSED)
    wish = read(line.removesuffix(_PAUSED), now)
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


async def forget(engine: Engine, request: Request, now: datetime) -> Page:
    """Ask first; then delete every row."""
    said = request.argument.strip().casefold()
    if said == "me":
        return await _forget_person(engine, request)
    managing(request)
    if said != "everything":
        return view.really(len(await engine.store.subscriptions.of(request.chat)))
    return view.forgotten(await engine.store.subscriptions.forget(request.chat))


async def _forget_person(engine: Engine, request: Request) -> Page:
    """A person needs no right to be forgotten."""
    surface, person = request.chat.surface, asking(request)
    saved = await engine.store.saved.forget(surface, person)
    return view.person_forgotten(saved, await engine.store.votes.forget(surface, person))
