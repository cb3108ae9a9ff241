"""/export, /import and /forget: a chat's settings as text, and their deletion."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.commands.operations import Call, Controller, Operation, single
from bot.domain.errors import BadArgument
from bot.domain.i18n import lines as text_lines
from bot.domain.i18n import listing, tr
from bot.domain.pages import Page
from bot.domain.requests import Chat, Command, Effect, Option, Request
from bot.domain.schedule.slots import next_slot
from bot.domain.subscriptions import Pause, Subscription
from bot.domain.text import keyword, shorten
from bot.messages import chat_data as view
from bot.messages.language_names import find_language, named
from bot.query import parse
from bot.query.subscriptions.format import show
from bot.query.subscriptions.parser import read
from bot.services.bundle import Services
from bot.services.categories import note_on
from bot.services.subscriptions import blank, require_room, validated
from bot.services.taste import asking, reader

EXPORT = Command(
    name="export",
    summary=tr("The settings of this chat as text, for a backup or another chat"),
    usage="/export",
    examples=("/export",),
    manages=True,
)
IMPORT = Command(
    name="import",
    summary=tr("Restore settings that you exported, here or in another chat"),
    usage="/import <lines from /export>",
    options=(Option(name="settings", description=tr("The lines from {command}", command="/export"), required=True),),
    examples=("/import agents top:5 weekdays at 09:00 Europe/Berlin",),
    manages=True,
)
FORGET = Command(
    name="forget",
    summary=tr("Delete your data or everything about this chat"),
    usage="/forget me|everything",
    options=(
        Option(
            name="what",
            description=tr("me: your saved papers, votes and language; everything: all data of this chat"),
            choices=("me", "everything"),
        ),
    ),
    examples=("/forget", "/forget me"),
    private=True,
)

#: separates the lines of an export, which some platforms join into one
_BETWEEN = re.compile(r"(?:^|(?<=\s))/import(?=\s|$)|;(?=\s|$)")
_PAUSED = " paused"
#: the line of the chat's language
_LANGUAGE = "language:"


async def export(services: Services, request: Request, now: datetime) -> Page:
    """Return a line for each subscription, one for the language of the chat's digests, and those of its taste."""
    lines = [_line(each) for each in await services.store.subscriptions.of(request.chat)]
    tag = (await services.languages.choice(request)).chat
    taste = await services.tastes.exported(reader(request), now)
    return view.exported(lines, f"/import {_LANGUAGE}{tag}" if tag else "", taste)


def _line(subscription: Subscription) -> str:
    return f"/import {show(subscription)}{_PAUSED if subscription.paused else ''}"


async def take(services: Services, request: Request, now: datetime) -> Page:
    """Add the subscriptions that are not there yet, and set the language. If a line cannot be read, change nothing."""
    lines = [line.strip() for line in _BETWEEN.split(request.argument.removeprefix("settings:")) if line.strip()]
    if not lines:
        raise BadArgument(tr("What should I import?"), tr("Paste the lines from {command}.", command="/export"))
    languages = [line for line in lines if keyword(line).startswith(_LANGUAGE)]
    tags = [_tag(line) for line in languages]
    require_room(0, len(lines) - len(languages))
    read_lines = (_read(line, request.chat, now) for line in lines if line not in languages)
    wanted = {show(each): replace(each, person=request.person) for each in read_lines}
    new = await services.subscriptions.add_missing(request.chat, wanted)
    if new:
        await services.managed_chats.remember(request.details, now)
    if tags:
        await services.languages.choose_for_chat(request.chat, tags[-1], now)
    page = view.imported(new, len(wanted) - len(new), named(tags[-1]) if tags else "")
    note = await note_on(services.store, services.listed, *(parse(wanted[words].query, now.date()) for words in new))
    return replace(page, intro=text_lines(page.intro, note)) if note else page


def _tag(line: str) -> str:
    name = keyword(line).removeprefix(_LANGUAGE).strip()
    tag = find_language(name)
    if tag is None:
        raise BadArgument(
            tr("I don't speak “{language}”.", language=shorten(name, 40)), tr("I didn't import anything.")
        )
    return tag


def _read(line: str, chat: Chat, now: datetime) -> Subscription:
    settings, _, last = line.rpartition(" ")
    paused = bool(settings) and keyword(last) == _PAUSED.strip()
    wish = read(settings if paused else line, now)
    if wish.complaints:
        raise BadArgument(wish.complaints[0], tr("I didn't import anything."))
    if not wish.when.zone:
        raise BadArgument(
            tr("“{line}” has no time zone.", line=shorten(line, 60)),
            tr("I didn't import anything. Paste the lines from {command}.", command="/export"),
        )
    validated(wish, chat.surface)
    subscription = wish.over(blank(chat, wish.when.zone, now))
    if paused:
        return replace(subscription, paused=Pause.PERSON)
    return replace(subscription, next_at=next_slot(subscription.schedule, now))


async def _ask(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Show what would be deleted, with a button that deletes it."""
    return view.really(len(await services.store.subscriptions.of(request.chat)))


async def _forget_chat(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Delete every row of the chat."""
    return view.forgotten(await services.personal_data.forget_chat(request))


async def _forget_person(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Delete a person's data; this takes no permission."""
    gone = await services.personal_data.forget_person(request)
    return view.person_forgotten(gone.saved, gone.votes, language=gone.language, taste=gone.taste, chats=gone.chats)


async def _ask_person(services: Services, request: Request, argument: str, now: datetime) -> Page:
    return view.really_person(len(await services.store.saved.of(request.chat.surface, asking(request))))


IMPORT_CONTROLLER = single(IMPORT, Effect.CHAT, take, label=tr("Import"))

_FORGET_ASK = Operation(name="ask", effect=Effect.READS, run=_ask, manages=True)
_FORGET_PERSON = Operation(name="me", effect=Effect.OWN, run=_forget_person, ask=_ask_person)
_FORGET_CHAT = Operation(name="everything", effect=Effect.DESTROYS, run=_forget_chat, ask=_ask)
#: the word after /forget confirms; anything else only asks
_WORDS = {"me": _FORGET_PERSON, "everything": _FORGET_CHAT}
#: words that add nothing to it
_AGREEING = frozenset("yes please ok okay sure confirm now ja bitte oui sí si".split())


def _parse(argument: str, now: datetime) -> Call[str]:
    words = (word.strip(".,!") for word in keyword(argument).removeprefix("what:").split())
    what, *more = [*words] or [""]
    if what in _WORDS and not _AGREEING.issuperset(more):
        raise BadArgument(
            tr("I can't delete only “{words}”.", words=shorten(argument, 40)),
            tr(
                "Send {commands}",
                commands=listing((f"/{FORGET.name} {each}" for each in _WORDS), alternatives=True),
            ),
        )
    return _WORDS.get(what, _FORGET_ASK).of(argument)


FORGET_CONTROLLER = Controller(FORGET, (_FORGET_ASK, _FORGET_PERSON, _FORGET_CHAT), _parse)
