"""/taste: what a person or a chat likes, open to view and to change."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from bot.commands.operations import Call, Controller, Operation
from bot.digests.taste import keys
from bot.domain.errors import BadArgument
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Effect, Option, Request
from bot.domain.taste import Strength
from bot.domain.text import keyword
from bot.messages import taste as view
from bot.services.bundle import Services
from bot.services.taste import asking, is_readers_own
from bot.storage.taste import Owner

TASTE = Command(
    name="taste",
    summary=tr("What I think you like, and how to change it"),
    usage="/taste [chat] [more|less WORD|reset|off|mild|strong] | start | like <papers> | export",
    options=(
        Option(
            name="what",
            description=tr("What to do"),
            choices=("more", "less", "unsay", "reset", "off", "mild", "strong", "start", "like", "export", "chat"),
        ),
        Option(name="words", description=tr("A topic you want more or less of, or papers you like")),
    ),
    examples=("/taste", "/taste more agents", "/taste less medical imaging", "/taste reset", "/taste chat"),
    private=True,
)

_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class TasteRequest:
    """The parsed argument of /taste."""

    #: of the chat, not of the person
    of_chat: bool = False
    #: the words behind the verb
    words: str = ""

    def owner(self, request: Request) -> Owner:
        """Return whose taste is meant."""
        return Owner.of_chat(request.chat) if self.of_chat else Owner.of_person(request.chat.surface, asking(request))


async def _show(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    person = asking(request)
    learned = await services.tastes.learned(wish.owner(request), now, asker=person)
    taste = learned.taste
    ranking = (await services.digests.ranking(now)).trends if taste else ()
    return view.shown(
        view.TasteFacts(
            of_chat=wish.of_chat,
            profile=taste.profile if taste else None,
            strength=learned.strength,
            liked=learned.evidence.liked,
            disliked=len(learned.evidence.disliked),
            passed_over=len(learned.evidence.passed_over),
            people=len(learned.people),
            separation=services.tastes.separation(learned, ranking),
            moved=services.tastes.moved(taste, ranking) if taste else 0,
            open=learned.open_to(person),
        )
    )


async def _more(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    return await _say(services, request, wish, 1, now)


async def _less(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    return await _say(services, request, wish, -1, now)


async def _say(services: Services, request: Request, wish: TasteRequest, value: int, now: datetime) -> Page:
    return view.said(wish.of_chat, await services.tastes.say(wish.owner(request), _usable(wish.words), value, now))


async def _unsay(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    word = " ".join(unicodedata.normalize("NFKC", wish.words).split())[:_LONGEST_WORD]
    return view.unsaid(wish.of_chat, word, was=await services.tastes.unsay(wish.owner(request), word))


async def _reset(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    await services.store.tastes.reset(wish.owner(request), now)
    return view.was_reset(wish.of_chat)


async def _set(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    strength = Strength(keyword(wish.words))
    await services.store.tastes.set_strength(wish.owner(request), strength)
    return view.changed(wish.of_chat, strength)


async def _start(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    papers = await services.tastes.telling((await services.digests.ranking(now)).trends, now)
    if not papers:
        return view.nothing_to_start()
    # in a group, numbers keep referring to the list that everybody saw
    own = is_readers_own(request)
    if own:
        await services.papers.remember(request, papers, now)
    return view.start(papers, numbered=own)


async def _like(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    found = await services.papers.named_in(wish.words, now)
    if not found.papers:
        raise BadArgument(
            tr("I couldn't find any papers in that."),
            tr(
                "Send arXiv ids, DOIs, BibTeX or a Zotero export: {command}",
                command="/taste like 2604.01234 2604.05678",
            ),
        )
    await services.tastes.like(request, [paper.id for paper in found.papers], now)
    return view.imported(len(found.papers), found.missing)


async def _export(services: Services, request: Request, wish: TasteRequest, now: datetime) -> Page:
    return view.exported(await services.tastes.exported(wish.owner(request), now))


_SHOW = Operation(name="show", effect=Effect.READS, run=_show)
_START = Operation(name="start", effect=Effect.READS, run=_start)
_EXPORT = Operation(name="export", effect=Effect.READS, run=_export)
_LIKE = Operation(name="like", effect=Effect.OWN, run=_like, label=tr("Like these papers"))
_MORE = Operation(name="more", effect=Effect.OWN, run=_more, label=tr("More of this"))
_LESS = Operation(name="less", effect=Effect.OWN, run=_less, label=tr("Less of this"))
_UNSAY = Operation(name="unsay", effect=Effect.OWN, run=_unsay, label=tr("Take it back"))
_RESET = Operation(name="reset", effect=Effect.OWN, run=_reset, label=tr("Reset my taste"))
_STRENGTH = Operation(name="strength", effect=Effect.OWN, run=_set, label=tr("Change it"))
_CHAT_MORE = Operation(name="chat more", effect=Effect.CHAT, run=_more, label=tr("More of this"))
_CHAT_LESS = Operation(name="chat less", effect=Effect.CHAT, run=_less, label=tr("Less of this"))
_CHAT_UNSAY = Operation(name="chat unsay", effect=Effect.CHAT, run=_unsay, label=tr("Take it back"))
_CHAT_RESET = Operation(name="chat reset", effect=Effect.CHAT, run=_reset, label=tr("Reset this chat's taste"))
_CHAT_STRENGTH = Operation(name="chat strength", effect=Effect.CHAT, run=_set, label=tr("Change it"))

#: verb -> what it does to the person's taste, and to the chat's
_VERBS = {
    "more": (_MORE, _CHAT_MORE),
    "less": (_LESS, _CHAT_LESS),
    "unsay": (_UNSAY, _CHAT_UNSAY),
    "reset": (_RESET, _CHAT_RESET),
    **dict.fromkeys((*Strength, "on"), (_STRENGTH, _CHAT_STRENGTH)),
}
_OWN_VERBS = {"start": _START, "like": _LIKE, "import": _LIKE, "export": _EXPORT}


def _parse(argument: str, now: datetime) -> Call[TasteRequest]:
    verb, words = _first(argument)
    of_chat = verb == "chat"
    if of_chat:
        argument = words
        verb, words = _first(words)
    if not verb:
        return _SHOW.of(TasteRequest(of_chat))
    if verb in _OWN_VERBS and not of_chat:
        return _OWN_VERBS[verb].of(TasteRequest(words=words))
    if verb not in _VERBS:
        raise BadArgument(
            tr("I don't know what to do with “{words}”.", words=argument[:40]),
            tr("Send {example} or {other}", example="/taste more agents", other="/taste off"),
        )
    if _VERBS[verb][0] is _STRENGTH:
        words = Strength.STRONG if verb == "on" else verb
    return _VERBS[verb][of_chat].of(TasteRequest(of_chat, words))


def _first(text: str) -> tuple[str, str]:
    """Return the first word of a text, however it is spelled, and the rest."""
    first, _, rest = text.strip().partition(" ")
    return keyword(first).removeprefix("what:"), rest.strip().removeprefix("words:").strip()


def _usable(typed: str) -> str:
    """Return what was typed, if any word of it tells papers apart. Raise `BadArgument`."""
    words = " ".join(unicodedata.normalize("NFKC", typed).split())
    if len(words) > _LONGEST_WORD or not any(keys(words)):
        raise BadArgument(
            tr("“{words}” is too general to tell papers apart.", words=words[:40]),
            tr("Name a topic: {command}", command="/taste more agents"),
        )
    return words


CONTROLLER = Controller(
    TASTE,
    (
        _SHOW,
        _START,
        _EXPORT,
        _LIKE,
        _MORE,
        _LESS,
        _UNSAY,
        _RESET,
        _STRENGTH,
        _CHAT_MORE,
        _CHAT_LESS,
        _CHAT_UNSAY,
        _CHAT_RESET,
        _CHAT_STRENGTH,
    ),
    _parse,
)
