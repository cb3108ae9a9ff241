"""Plain text: reads the state of the conversation, and turns the intent into a command or a short reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.commands.intents import Context, Decline, LastList, Run, SmallTalk, understand
from bot.domain.pages import Page
from bot.domain.requests import Request
from bot.messages import talk as view
from bot.query.subscriptions.parser import read
from bot.services.bundle import Services
from bot.storage.conversations import Conversation


async def understood(services: Services, request: Request, now: datetime) -> Request | Page:
    """Return the command that plain text asks for, or the reply to small talk."""
    match understand(request.argument, await _context(services, request, now)):
        case Run(command=command, argument=argument):
            return replace(request, command=command, argument=argument)
        case SmallTalk(talk=talk):
            return view.small_talk(talk)
        case Decline(what=what, nearest=nearest):
            return view.cannot(what, f"{nearest.command} {nearest.argument}" if nearest else "")


async def _context(services: Services, request: Request, now: datetime) -> Context:
    store, chat = services.store, request.chat
    ids = tuple(await services.papers.last_shown(chat))
    known = await store.conversations.get(chat, now)
    if known.paper_ids != ids:
        # a digest or another list came in between
        known = Conversation(paper_ids=ids, paper_id=known.paper_id)
    draft = await services.drafts.words(chat, now) if request.may_manage else ""
    complete = bool(draft) and read(draft, now).when.zone is not None
    papers = await store.papers.many(ids)
    return Context(
        last=LastList(
            command=known.command,
            argument=known.argument,
            start=known.start,
            ids=ids,
            titles={paper.id: paper.title for paper in papers},
        ),
        paper=known.paper_id,
        subscriptions=tuple(await store.subscriptions.of(chat)),
        draft=draft if complete else "",
        without_zone="" if complete else draft,
        now=now,
    )
