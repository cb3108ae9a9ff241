"""/save, /unsave, /saved and /bibtex: a person's own list of papers."""

from __future__ import annotations

from datetime import datetime

from bot.commands.operations import single
from bot.commands.options import WHICH_PAPER
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Effect, Request
from bot.messages import keeping as view
from bot.services.bundle import Services
from bot.services.taste import asking, is_readers_own

SAVE = Command(
    name="save",
    summary=tr("Save a paper to your own list"),
    usage="/save <number|arXiv id|DOI|link>",
    options=(WHICH_PAPER,),
    examples=("/save 1", "/save 2604.01234"),
    aliases=("keep",),
    private=True,
)
UNSAVE = Command(
    name="unsave",
    summary=tr("Remove a paper from your list"),
    usage="/unsave <number|arXiv id|DOI|link>",
    options=(WHICH_PAPER,),
    examples=("/unsave 1",),
    private=True,
)
SAVED = Command(
    name="saved",
    summary=tr("Your saved papers, with BibTeX"),
    usage="/saved",
    examples=("/saved",),
    private=True,
)
BIBTEX = Command(
    name="bibtex",
    summary=tr("The BibTeX entry of a paper"),
    usage="/bibtex <number|arXiv id|DOI|link>",
    options=(WHICH_PAPER,),
    examples=("/bibtex 1", "/bibtex 2604.01234"),
    aliases=("cite",),
    private=True,
)

#: most saved papers on the page
_SHOWN = 25


async def save(services: Services, request: Request, now: datetime) -> Page:
    """Save a paper for the person."""
    paper = await services.papers.resolve(request.chat, request.argument, now)
    await services.store.saved.add(request.chat.surface, asking(request), paper.id, now)
    return view.saved(paper, len(await services.store.saved.of(request.chat.surface, asking(request))))


async def unsave(services: Services, request: Request, now: datetime) -> Page:
    """Remove a saved paper."""
    paper = await services.papers.resolve(request.chat, request.argument, now)
    return view.unsaved(paper, await services.store.saved.remove(request.chat.surface, asking(request), paper.id))


async def _ask_save(services: Services, request: Request, now: datetime) -> Page:
    return view.ask_save(await services.papers.resolve(request.chat, request.argument, now))


async def _ask_unsave(services: Services, request: Request, now: datetime) -> Page:
    return view.ask_unsave(await services.papers.resolve(request.chat, request.argument, now))


SAVE_CONTROLLER = single(SAVE, Effect.OWN, save, ask=_ask_save)
UNSAVE_CONTROLLER = single(UNSAVE, Effect.OWN, unsave, ask=_ask_unsave)


async def saved(services: Services, request: Request, now: datetime) -> Page:
    """Return the person's saved papers, newest first."""
    ids = await services.store.saved.of(request.chat.surface, asking(request))
    found = [paper for id in ids[:_SHOWN] if (paper := await services.store.papers.get(id))]
    # in a group, numbers keep referring to the list that everybody saw
    own = is_readers_own(request)
    if found and own:
        await services.papers.remember(request, found, now)
    return view.everything_saved(found, len(ids), numbered=own)


async def bibtex(services: Services, request: Request, now: datetime) -> Page:
    """Return the BibTeX entry of a paper."""
    return view.citation(await services.papers.resolve(request.chat, request.argument, now))
