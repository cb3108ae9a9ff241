"""/subscriptions, /pause, /resume and /unsubscribe: the chat's own list, and what is done to it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.commands import previewing
from bot.commands.engine import Engine
from bot.commands.managing import ALL, meant, served, standings, understood
from bot.commands.operations import AnswerTo, Call, Controller, Operation, line
from bot.errors import BadArgument
from bot.models import Command, Completion, Effect, Option, Pause, Request
from bot.page import Page
from bot.subscribing import change, next_slot
from bot.text import keyword, shorten
from bot.views import asking
from bot.views import subscriptions as view
from bot.views.pauses import why_paused
from bot.views.subscriptions import Standing

_WHICH = Option(
    name="number",
    description="Its number in /subscriptions, or all",
    required=True,
    completion=Completion.SUBSCRIPTION,
)
SUBSCRIPTIONS = Command(
    name="subscriptions",
    summary="What this chat gets, when it comes next, and how to change it",
    usage="/subscriptions [list] | edit <number> <what changes> | pause|resume|remove <number|all> | preview <number>",
    options=(
        Option(
            name="action", description="What to do", choices=("list", "edit", "pause", "resume", "remove", "preview")
        ),
        Option(name="number", description="Its number in the list", completion=Completion.SUBSCRIPTION),
        Option(name="changes", description="What to say otherwise: at 18:30, top 5, -survey"),
    ),
    examples=("/subscriptions", "/subscriptions edit 1 at 18:30 top 5"),
    aliases=("list",),
)
PAUSE = Command(
    name="pause",
    summary="Let a subscription rest; its settings are kept",
    usage="/pause <number|all>",
    options=(_WHICH,),
    examples=("/pause 1", "/pause all"),
    manages=True,
)
RESUME = Command(
    name="resume",
    summary="Let a paused subscription come again",
    usage="/resume <number|all>",
    options=(_WHICH,),
    examples=("/resume 1", "/resume all"),
    manages=True,
)
UNSUBSCRIBE = Command(
    name="unsubscribe",
    summary="End a subscription",
    usage="/unsubscribe <number|words|all>",
    options=(_WHICH,),
    examples=("/unsubscribe 1", "/unsubscribe agents"),
    aliases=("unfollow",),
    manages=True,
)

STOP = Command(
    name="stop",
    summary="End what this chat gets; asks which subscription",
    usage="/stop",
    examples=("/stop",),
    manages=True,
)

_POINTER = re.compile(r"(#?[0-9]+\.?|id:[0-9]+)\s+(.+)", re.IGNORECASE | re.DOTALL)

_Act = Callable[[Engine, Sequence[Standing], datetime], Awaitable[Page]]


async def _overview(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
    return view.overview(await standings(engine, request.chat), now)


async def _edit(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
    """Change what is said and nothing else."""
    pointed = _POINTER.fullmatch(argument)
    if pointed is None:
        raise BadArgument("Which one, and what should change?", "For example: /subscriptions edit 1 at 18:30 top 5")
    (standing,) = meant(await standings(engine, request.chat), pointed[1], now)
    wish, before = understood(change(pointed[2], now)), standing.subscription
    if not wish:
        raise BadArgument(f"“{shorten(pointed[2], 60)}” changes nothing.", "Say what should change: at 18:30, top 5")
    after, already = wish.over(before), None
    if after.schedule != before.schedule and not before.paused:
        had = await served(engine, before)
        already = had.get(after.schedule.local_date(next_slot(after.schedule, now)))
        after = replace(after, next_at=next_slot(after.schedule, now, had))
    await engine.store.subscriptions.change(after)
    return view.changed(replace(standing, subscription=after), before, already, now)


async def _preview(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
    return await previewing.preview(engine, replace(request, argument=argument), now)


async def pause(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
    """Nothing comes until it is resumed."""
    return await _on_those(engine, request, argument, now, "pause", _pause)


async def resume(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
    """It comes again, from its next hour on."""
    return await _on_those(engine, request, argument, now, "resume", _resume)


async def unsubscribe(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
    """It ends; the answer has the words that begin it again."""
    return await _on_those(engine, request, argument, now, "unsubscribe", _remove)


async def stop(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
    """Ask which subscription should end, also where there is only one."""
    return view.which(meant(await standings(engine, request.chat), "", now), "unsubscribe")


async def _on_those(engine: Engine, request: Request, argument: str, now: datetime, command: str, act: _Act) -> Page:
    found = meant(await standings(engine, request.chat), argument, now)
    if len(found) > 1 and keyword(argument) != ALL:
        return view.which(found, command)
    return await act(engine, found, now)


async def _pause(engine: Engine, found: Sequence[Standing], now: datetime) -> Page:
    running = [each for each in found if not each.subscription.paused]
    for each in running:
        await engine.store.subscriptions.pause(each.subscription.id, Pause.PERSON, now)
    return view.paused(running) if running else view.unchanged(found, "paused")


async def _resume(engine: Engine, found: Sequence[Standing], now: datetime) -> Page:
    resumed = []
    for each in found:
        subscription = each.subscription
        if subscription.paused:
            next_at = next_slot(subscription.schedule, now, await served(engine, subscription))
            if not await engine.store.subscriptions.resume(subscription.id, next_at):
                raise BadArgument(
                    f"Number {each.number} cannot be resumed: {why_paused(subscription)}.",
                    f"Say how it should be first: /subscriptions edit {each.number} daily at 9:00 Europe/Berlin top 10",
                )
            running = replace(subscription, paused=None, paused_detail="", next_at=next_at)
            resumed.append(replace(each, subscription=running))
    return view.resumed(resumed, now) if resumed else view.unchanged(found, "running")


async def _remove(engine: Engine, found: Sequence[Standing], now: datetime) -> Page:
    for each in found:
        await engine.store.subscriptions.remove(each.subscription.id)
    return view.removed(found)


def _unnamed(argument: str) -> str:
    """The argument without the names of a form's fields: "number:1 changes:at 18:30"."""
    return re.sub(r"(?:^|(?<=\s))(?:number|changes):\s*", "", argument)


def _changing(name: str, label: str, run: AnswerTo[str]) -> Operation[str]:
    """What changes subscriptions; a link to it shows them all, and asks."""

    async def ask(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
        return asking.confirm(line(request), label, view.overview(await standings(engine, request.chat), now))

    return Operation(name=name, effect=Effect.CHAT, run=run, label=label, ask=ask)


_LIST = Operation(name="list", effect=Effect.READS, run=_overview)
_PREVIEW = Operation(name="preview", effect=Effect.READS, run=_preview, manages=True)
_EDIT = _changing("edit", "Change it", _edit)
_PAUSE = _changing("pause", "Pause", pause)
_RESUME = _changing("resume", "Resume", resume)
_UNSUBSCRIBE = _changing("remove", "Unsubscribe", unsubscribe)
_STOP = Operation(name="stop", effect=Effect.READS, run=stop, manages=True)
_WORDS: Mapping[str, Operation[str]] = {
    "": _LIST,
    "list": _LIST,
    "edit": _EDIT,
    "change": _EDIT,
    "pause": _PAUSE,
    "resume": _RESUME,
    "remove": _UNSUBSCRIBE,
    "delete": _UNSUBSCRIBE,
    "preview": _PREVIEW,
}


def _parse(argument: str, now: datetime) -> Call[str]:
    word, _, rest = argument.partition(" ")
    operation = _WORDS.get(keyword(word).removeprefix("action:"))
    if operation is None:
        raise BadArgument(f"“{shorten(word, 40)}” is nothing to do with subscriptions.", SUBSCRIPTIONS.usage)
    return operation.of(_unnamed(rest).strip())


def _alone(command: Command, operation: Operation[str]) -> Controller:
    """A command for one of the operations."""
    return Controller(command, (operation,), lambda argument, now: operation.of(_unnamed(argument).strip()))


def _parse_stop(argument: str, now: datetime) -> Call[str]:
    """Without words it asks; with some it is /unsubscribe."""
    rest = _unnamed(argument).strip()
    return (_UNSUBSCRIBE if rest else _STOP).of(rest)


CONTROLLER = Controller(SUBSCRIPTIONS, tuple(dict.fromkeys(_WORDS.values())), _parse)
PAUSE_CONTROLLER = _alone(PAUSE, _PAUSE)
RESUME_CONTROLLER = _alone(RESUME, _RESUME)
UNSUBSCRIBE_CONTROLLER = _alone(UNSUBSCRIBE, _UNSUBSCRIBE)
STOP_CONTROLLER = Controller(STOP, (_STOP, _UNSUBSCRIBE), _parse_stop)
