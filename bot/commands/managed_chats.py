"""Operations of /subscriptions about several chats or one subscription: overview, form, export, and moving."""

from __future__ import annotations

import re
from datetime import datetime

from bot.domain.errors import BadArgument, NotFound
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Request
from bot.domain.standings import Standing
from bot.domain.text import keyword
from bot.messages import managed_chats as view
from bot.messages import subscription_form as form_view
from bot.messages import subscriptions as chat_view
from bot.services.bundle import Services
from bot.services.subscriptions import resolve

#: a number or an id, and what follows
POINTED = re.compile(r"(#?[0-9]+\.?|id:[0-9]+)(?:\s+(.+))?", re.IGNORECASE | re.DOTALL)
_TO = re.compile(r"(?:to|in)\s+", re.IGNORECASE)


async def known(services: Services, request: Request) -> list[Standing]:
    """Return the subscriptions of the chat that the person may change, numbered as the chat counts them."""
    found = await services.subscriptions.with_last_delivery(request.chat)
    return [each for each in found if each.subscription.person == request.person] if request.only_own else found


async def pointed(services: Services, request: Request, argument: str, now: datetime) -> Standing:
    """Return the one subscription that a number or an id means. Raise `NotFound` or `BadArgument`."""
    found = resolve(await known(services, request), argument, now)
    if len(found) != 1:
        raise BadArgument(
            tr("Which subscription do you mean?"), tr("Add its number from {command}.", command="/subscriptions")
        )
    return found[0]


async def overview(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Return the subscriptions of all chats that the person manages; those of this chat if there are no others."""
    page = keyword(argument)
    number = int(page) if re.fullmatch(r"[0-9]{1,5}", page) else 1
    found = await services.managed_chats.overview(request, number) if request.reach is not None else None
    if found is None:
        return await of_this_chat(services, request, argument, now)
    return view.overview(found, request.chat, now)


async def bare(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Return the overview, or only this chat's subscriptions if the request names the chat."""
    answer = of_this_chat if request.names_chat else overview
    return await answer(services, request, "", now)


async def of_this_chat(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Return the subscriptions of the chat of the request."""
    return chat_view.overview(await known(services, request), now)


async def show(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Return one subscription with everything that can be done with it."""
    standing = await pointed(services, request, argument, now)
    details = await services.managed_chats.name(request)
    overseen = request.reach is not None
    return view.one(standing, details, now, overseen=overseen, reachable=not request.only_own)


async def form(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Return the settings of a subscription to choose from, or the values of one setting."""
    which, step = _split(argument)
    standing = await pointed(services, request, which, now)
    key = keyword(step)
    return form_view.step(standing, key) if key in form_view.STEPS else form_view.form(standing)


async def export(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Return one subscription as text."""
    return view.exported(await pointed(services, request, argument, now))


async def ask_destination(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Ask to which chat a subscription should be moved."""
    standing = await pointed(services, request, _split(argument)[0], now)
    others = await services.managed_chats.chats(request) if request.reach is not None else []
    of_server = request.reach is not None and bool(request.reach.space)
    return view.where(standing, others, replies=not of_server)


async def move(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Send a subscription to the chat that was named as the destination; ask for it if there is none."""
    which, named = _split(argument)
    to = request.destination
    if to is None and named:
        raise NotFound(
            tr("I can't move it there."),
            tr("Choose a place that you manage and where I may post. Nothing was changed."),
        )
    if to is None:
        return await ask_destination(services, request, argument, now)
    standing = await pointed(services, request, which, now)
    source = await services.managed_chats.name(request)
    await services.managed_chats.remember(to, now)
    moved = await services.subscriptions.move(standing, to.chat, now)
    return view.moved(moved, source, to, now)


def destination(argument: str) -> str:
    """Return how the argument of /subscriptions names another chat: "move 1 to @papers"; empty if it does not."""
    word, _, rest = argument.strip().partition(" ")
    return _split(rest)[1] if keyword(word).removeprefix("action:") == "move" else ""


def _split(argument: str) -> tuple[str, str]:
    """Return what points at a subscription, and the rest without a leading "to"."""
    found = POINTED.fullmatch(argument.strip())
    return (found[1], _TO.sub("", found[2] or "", count=1).strip()) if found else (argument.strip(), "")
