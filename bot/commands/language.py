"""/language: the language of answers to a person and of a chat's digests."""

from __future__ import annotations

import re
from datetime import datetime

from bot.commands.operations import Call, Controller, Operation, require_manager
from bot.domain.errors import BadArgument
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Completion, Effect, Option, Request
from bot.domain.text import keyword, shorten
from bot.messages import language_choice as view
from bot.messages.catalogue import negotiate
from bot.messages.language_names import all_named, find_language
from bot.services.bundle import Services

LANGUAGE = Command(
    name="language",
    summary=tr("The language of my answers to you and of the digests here"),
    usage="/language [chat] [language]",
    options=(
        Option(name="language", description=tr("Such as en or de"), completion=Completion.LANGUAGE),
        Option(
            name="for",
            description=tr("me: answers to you; chat: digests in this chat"),
            choices=("me", "chat"),
            typed="for:{}",
        ),
    ),
    examples=("/language", "/language de", "/language chat en"),
    private=True,
)

#: what is changed: "for:chat", "for chat", "chat"
_TARGET = re.compile(r"(?:^|(?<=\s))(?:for(?:\s*:\s*|\s+))?(me|chat)(?=\s|$)")
_FIELD = re.compile(r"(?:^|(?<=\s))language\s*:\s*")


async def _show(services: Services, request: Request, argument: str, now: datetime) -> Page:
    answers = negotiate(await services.languages.of_answer(request))
    return view.shown(
        answers if request.person else "",
        await _chat_language(services, request) or (answers if request.direct else negotiate("")),
        direct=request.direct,
        may_manage=request.may_manage,
    )


async def _choose(services: Services, request: Request, tag: str, now: datetime) -> Page:
    """Set the language of the person's answers; in a private chat and in one without persons, that of its digests."""
    if not request.person:
        require_manager(request)
    await services.languages.choose(request, tag, now)
    if request.direct or not request.person:
        return view.chosen(tag, person=True, chat=True)
    of_chat = await _chat_language(services, request) or negotiate("")
    return view.chosen(tag, person=True, chat=False, chat_language=of_chat, may_manage=request.may_manage)


async def _choose_for_chat(services: Services, request: Request, tag: str, now: datetime) -> Page:
    await services.languages.choose_for_chat(request.chat, tag, now)
    return view.chosen(tag, person=False, chat=True)


async def _chat_language(services: Services, request: Request) -> str:
    return (await services.languages.choice(request)).chat


_SHOW = Operation(name="show", effect=Effect.READS, run=_show)
_OWN = Operation(name="own", effect=Effect.OWN, run=_choose, label=tr("Change the language"))
_CHAT = Operation(name="chat", effect=Effect.CHAT, run=_choose_for_chat, label=tr("Change the language"))


def _parse(argument: str, now: datetime) -> Call[str]:
    said = _FIELD.sub("", keyword(argument))
    target = _TARGET.search(said)
    wanted = " ".join(_TARGET.sub(" ", said, count=1).split())
    if not wanted:
        return _SHOW.of("")
    tag = find_language(wanted)
    if tag is None:
        raise BadArgument(
            tr("I don't speak “{language}”.", language=shorten(wanted, 40)),
            tr("I speak {languages}. For example: {command}", languages=all_named(), command="/language de"),
        )
    return (_CHAT if target and target[1] == "chat" else _OWN).of(tag)


CONTROLLER = Controller(LANGUAGE, (_SHOW, _OWN, _CHAT), _parse)
