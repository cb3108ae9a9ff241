"""/subscriptions, /pause, /resume, /unsubscribe and /stop: list, change, move and end subscriptions."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from bot.commands import managed_chats, preview
from bot.commands.operations import AnswerTo, Call, Controller, Operation, line
from bot.domain.errors import BadArgument
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Completion, Effect, Option, Request
from bot.domain.standings import Standing
from bot.domain.text import keyword, shorten
from bot.messages import asking
from bot.messages import subscriptions as view
from bot.messages.managed_chats import with_way_back
from bot.services.bundle import Services
from bot.services.subscriptions import ALL, resolve

_WHICH = Option(
    name="number",
    description=tr("Number in {command}, or all", command="/subscriptions"),
    required=True,
    completion=Completion.SUBSCRIPTION,
)
SUBSCRIPTIONS = Command(
    name="subscriptions",
    summary=tr("All subscriptions that you manage, and how to change them"),
    usage="/subscriptions [here|all] | show|form|export|preview <number> | edit <number> <what changes> | "
    "set <number> <all settings> | move <number> <chat> | pause|resume|remove <number|all>",
    options=(
        Option(
            name="action",
            description=tr("What to do"),
            choices=("list", "here", "show", "edit", "move", "pause", "resume", "remove", "preview", "export"),
        ),
        Option(name="number", description=tr("Number in the list"), completion=Completion.SUBSCRIPTION),
        Option(name="changes", description=tr("What to change, such as: at 18:30, top 5, -survey")),
    ),
    examples=("/subscriptions", "/subscriptions edit 1 at 18:30 top 5"),
    aliases=("list",),
)
PAUSE = Command(
    name="pause",
    summary=tr("Pause a subscription"),
    usage="/pause <number|all>",
    options=(_WHICH,),
    examples=("/pause 1", "/pause all"),
    manages=True,
)
RESUME = Command(
    name="resume",
    summary=tr("Resume a paused subscription"),
    usage="/resume <number|all>",
    options=(_WHICH,),
    examples=("/resume 1", "/resume all"),
    manages=True,
)
UNSUBSCRIBE = Command(
    name="unsubscribe",
    summary=tr("End a subscription"),
    usage="/unsubscribe <number|words|all>",
    options=(_WHICH,),
    examples=("/unsubscribe 1", "/unsubscribe agents"),
    aliases=("unfollow",),
    manages=True,
)

STOP = Command(
    name="stop",
    summary=tr("End a subscription (I'll ask which one)"),
    usage="/stop",
    examples=("/stop",),
    manages=True,
)

#: the mark of the settings that a form was filled in with, before what it sets
_MARKED = re.compile(r"was:([a-z2-7]{8})(?:\s+|$)")
_Act = Callable[[Services, Sequence[Standing], datetime], Awaitable[Page]]


async def _edit(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Change only the given settings; without any, show all of them to choose from."""
    pointed = _pointed(argument)
    if not pointed[2]:
        return await managed_chats.form(services, request, argument, now)
    standing = await managed_chats.pointed(services, request, pointed[1], now)
    changed = await services.subscriptions.edit(standing, pointed[2], now)
    return view.changed(changed.after, changed.before, changed.served, now)


async def _set(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Change every setting, to the given one or to its default."""
    pointed = _pointed(argument)
    standing = await managed_chats.pointed(services, request, pointed[1], now)
    words = pointed[2] or ""
    marked = _MARKED.match(words)
    mark, words = (marked[1], words[marked.end() :]) if marked else ("", words)
    changed = await services.subscriptions.set(standing, words, now, mark)
    return view.changed(changed.after, changed.before, changed.served, now)


def _pointed(argument: str) -> re.Match[str]:
    found = managed_chats.POINTED.fullmatch(argument)
    if found is None:
        raise BadArgument(
            tr("Which subscription do you want to change, and how?"),
            tr("For example: {command}", command=SUBSCRIPTIONS.examples[1]),
        )
    return found


async def _preview(services: Services, request: Request, argument: str, now: datetime) -> Page:
    if request.only_own:
        await managed_chats.pointed(services, request, argument, now)
    return await preview.preview(services, request, argument, now)


async def pause(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Pause subscriptions."""
    return await _on_those(services, request, argument, now, "pause", _pause)


async def resume(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Resume subscriptions, from their next slot on."""
    return await _on_those(services, request, argument, now, "resume", _resume)


async def unsubscribe(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """End subscriptions; the answer has the commands that restore them."""
    return await _on_those(services, request, argument, now, "unsubscribe", _remove)


async def stop(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Ask which subscription should end, even if there is only one."""
    return view.which(resolve(await managed_chats.known(services, request), "", now), "unsubscribe")


async def _on_those(
    services: Services, request: Request, argument: str, now: datetime, command: str, act: _Act
) -> Page:
    found = resolve(await managed_chats.known(services, request), argument, now)
    if len(found) > 1 and keyword(argument) != ALL:
        return view.which(found, command)
    return await act(services, found, now)


async def _pause(services: Services, found: Sequence[Standing], now: datetime) -> Page:
    paused = await services.subscriptions.pause(found, now)
    return view.paused(paused) if paused else view.already_paused(found)


async def _resume(services: Services, found: Sequence[Standing], now: datetime) -> Page:
    resumed = await services.subscriptions.resume(found, now)
    return view.resumed(resumed, now) if resumed else view.already_running(found)


async def _remove(services: Services, found: Sequence[Standing], now: datetime) -> Page:
    await services.subscriptions.remove(found)
    return view.removed(found)


def _unnamed(argument: str) -> str:
    """Return the argument without the names of a command's fields: "number:1 changes:at 18:30"."""
    return re.sub(r"(?:^|(?<=\s))(?:number|changes):\s*", "", argument)


def _changing(name: str, label: str, run: AnswerTo[str]) -> Operation[str]:
    """Return an operation that changes subscriptions; a link to it shows all of them and asks for confirmation."""

    async def ran(services: Services, request: Request, argument: str, now: datetime) -> Page:
        page = await run(services, request, argument, now)
        return with_way_back(page) if request.reach is not None and request.names_chat else page

    async def ask(services: Services, request: Request, argument: str, now: datetime) -> Page:
        known = await managed_chats.known(services, request)
        return asking.confirm(line(request), label, view.overview(known, now))

    return Operation(name=name, effect=Effect.CHAT, run=ran, label=label, ask=ask)


def _managing(name: str, run: AnswerTo[str]) -> Operation[str]:
    """Return an operation that reads, for people who may manage the chat."""
    return Operation(name=name, effect=Effect.READS, run=run, manages=True)


# members see the subscriptions of their chat, and nobody sees more than the request's reach
_LIST = Operation(name="list", effect=Effect.READS, run=managed_chats.bare)
_HERE = Operation(name="here", effect=Effect.READS, run=managed_chats.of_this_chat)
_ALL = Operation(name="all", effect=Effect.READS, run=managed_chats.overview)
_SHOW = _managing("show", managed_chats.show)
_FORM = _managing("form", managed_chats.form)
_EXPORT = _managing("export", managed_chats.export)
_SET = _changing("set", tr("Change it"), _set)
_MOVE = _changing("move", tr("Move"), managed_chats.move)
_PREVIEW = Operation(name="preview", effect=Effect.READS, run=_preview, manages=True)
_EDIT = _changing("edit", tr("Change it"), _edit)
_PAUSE = _changing("pause", tr("Pause"), pause)
_RESUME = _changing("resume", tr("Resume"), resume)
_UNSUBSCRIBE = _changing("remove", tr("Unsubscribe"), unsubscribe)
_STOP = Operation(name="stop", effect=Effect.READS, run=stop, manages=True)
_WORDS: Mapping[str, Operation[str]] = {
    "": _LIST,
    "list": _LIST,
    "here": _HERE,
    "all": _ALL,
    "show": _SHOW,
    "form": _FORM,
    "export": _EXPORT,
    "set": _SET,
    "move": _MOVE,
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
        raise BadArgument(
            tr("“{action}” isn't something I can do with subscriptions.", action=shorten(word, 40)),
            tr("To see what I can do, send {command}", command="/help subscriptions"),
        )
    return operation.of(_unnamed(rest).strip())


def _alone(command: Command, operation: Operation[str]) -> Controller:
    """Return the controller of a command for one of the operations."""
    return Controller(command, (operation,), lambda argument, now: operation.of(_unnamed(argument).strip()))


def _parse_stop(argument: str, now: datetime) -> Call[str]:
    """Ask which one if there is no argument; with one, do the same as /unsubscribe."""
    rest = _unnamed(argument).strip()
    return (_UNSUBSCRIBE if rest else _STOP).of(rest)


CONTROLLER = Controller(SUBSCRIPTIONS, tuple(dict.fromkeys(_WORDS.values())), _parse)
PAUSE_CONTROLLER = _alone(PAUSE, _PAUSE)
RESUME_CONTROLLER = _alone(RESUME, _RESUME)
UNSUBSCRIBE_CONTROLLER = _alone(UNSUBSCRIBE, _UNSUBSCRIBE)
STOP_CONTROLLER = Controller(STOP, (_STOP, _UNSUBSCRIBE), _parse_stop)
