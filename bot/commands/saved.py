"""/save, /saved and /bibtex: papers that a person keeps."""

from __future__ import annotations

from datetime import datetime

from bot.commands.engine import WHICH_PAPER, Engine
from bot.commands.operations import single
from bot.commands.votes import asking
from bot.models import Command, Effect, Request
from bot.page import Page
from bot.views import keeping as view

SAVE = Command(
    name="save",
    summary="Keep a paper for later, for yourself",
    usage="/save <number|arXiv id|address>",
    options=(WHICH_PAPER,),
    examples=("/save 1", "/save 2604.01234"),
    aliases=("keep",),
    private=True,
)
UNSAVE = Command(
    name="unsave",
    summary="Keep a saved paper no longer",
    usage="/unsave <number|arXiv id|address>",
    options=(WHICH_PAPER,),
    examples=("/unsave 1",),
    private=True,
)
SAVED = Command(
    name="saved",
    summary="The papers that you have saved, with their BibTeX",
    usage="/saved",
    examples=("/saved",),
    private=True,
)
BIBTEX = Command(
    name="bibtex",
    summary="How to cite a paper",
    usage="/bibtex <number|arXiv id|address>",
    options=(WHICH_PAPER,),
    examples=("/bibtex 1", "/bibtex 2604.01234"),
    aliases=("cite",),
    private=True,
)

#: papers that are shown of those a person has saved
_SHOWN = 25


async def save(engine: Engine, request: Request, now: datetime) -> Page:
    """Kept, as long as nobody takes it back."""
    paper = await engine.pointed_at(request.chat, request.argument, now)
    await engine.store.saved.add(request.chat.surface, asking(request), paper.id, now)
    return view.saved(paper, len(await engine.store.saved.of(request.chat.surface, asking(request))))


async def unsave(engine: Engine, request: Request, now: datetime) -> Page:
    """Kept no longer."""
    paper = await engine.pointed_at(request.chat, request.argument, now)
    return view.unsaved(paper, await engine.store.saved.remove(request.chat.surface, asking(request), paper.id))


async def _ask_save(engine: Engine, request: Request, now: datetime) -> Page:
    return view.ask_save(await engine.pointed_at(request.chat, request.argument, now))


async def _ask_unsave(engine: Engine, request: Request, now: datetime) -> Page:
    return view.ask_unsave(await engine.pointed_at(request.chat, request.argument, now))


SAVE_CONTROLLER = single(SAVE, Effect.OWN, save, ask=_ask_save)
UNSAVE_CONTROLLER = single(UNSAVE, Effect.OWN, unsave, ask=_ask_unsave)


async def saved(engine: Engine, request: Request, now: datetime) -> Page:
    """Everything that the person keeps, the newest first."""
    ids = await engine.store.saved.of(request.chat.surface, asking(request))
    found = [paper for id in ids[:_SHOWN] if (paper := await engine.store.papers.get(id))]
    if found:
        await engine.remember(request, found, now)
    return view.everything_saved(found, len(ids))


async def bibtex(engine: Engine, request: Request, now: datetime) -> Page:
    """An entry to be copied."""
    return view.citation(await engine.pointed_at(request.chat, request.argument, now))
