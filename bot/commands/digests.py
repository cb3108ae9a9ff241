"""/digest: a digest that was sent, by its id."""

from __future__ import annotations

import re
from datetime import datetime

from bot.domain.errors import BadArgument, NotFound
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Option, Request
from bot.messages import delivered as view
from bot.services.bundle import Services

DIGEST = Command(
    name="digest",
    summary=tr("Show a digest that was already sent"),
    usage="/digest <id>",
    options=(
        Option(name="id", description=tr("Id at the end of the digest, such as 2026-04-24-k7d2q5ab"), required=True),
    ),
    examples=("/digest 2026-04-24-k7d2q5ab",),
    private=True,
)
_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[a-z2-7]{8}")


async def again(services: Services, request: Request, now: datetime) -> Page:
    """Return the papers of a digest, in its order, with their present votes."""
    asked = request.argument.strip().casefold()
    if not _ID.fullmatch(asked):
        raise BadArgument(
            tr("Which digest?"), tr("Each digest ends with its id. For example: {command}", command=DIGEST.examples[0])
        )
    papers = await services.deliveries.papers_of(asked)
    if not papers:
        raise NotFound(
            tr("I haven't sent a digest with the id {id}.", id=asked),
            tr("To see the newest list, send {command}", command="/trending"),
        )
    await services.papers.remember(request, papers, now)
    return view.again(asked, papers)
