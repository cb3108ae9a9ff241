"""/digest: one that was sent, to be read again."""

from __future__ import annotations

import re
from datetime import datetime

from bot.commands.engine import Engine
from bot.errors import BadArgument, NotFound
from bot.models import Command, Option, Request
from bot.page import Page
from bot.views import delivered as view

DIGEST = Command(
    name="digest",
    summary="A digest that was sent, to be read again",
    usage="/digest <id>",
    options=(Option(name="id", description="What stands at its foot: 2026-04-24-k7d2q5ab", required=True),),
    examples=("/digest 2026-04-24-k7d2q5ab",),
    private=True,
)
_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[a-z2-7]{8}")


async def again(engine: Engine, request: Request, now: datetime) -> Page:
    """The papers of a digest, in its order, as they stand now."""
    asked = request.argument.strip().casefold()
    if not _ID.fullmatch(asked):
        raise BadArgument("Which digest?", "Its id stands at its foot: 2026-04-24-k7d2q5ab")
    papers = await engine.store.papers.many(await engine.store.deliveries.brought(asked))
    if not papers:
        raise NotFound(f"No digest {asked} has been sent from here.", "/trending shows the newest list.")
    await engine.remember(request, papers, now)
    return view.again(asked, papers)
