"""/why: the parts of a paper's score."""

from __future__ import annotations

from datetime import datetime

from bot.commands.options import WHICH_PAPER
from bot.digests.taste import reordered
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Request
from bot.messages import why as view
from bot.services.bundle import Services

COMMAND = Command(
    name="why",
    summary=tr("Why a paper has its rank"),
    usage="/why <number|arXiv id|DOI|link>",
    options=(WHICH_PAPER,),
    examples=("/why 1", "/why 2604.01234"),
    private=True,
)


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """Return a paper's rank among the papers of the last week, with the parts of its score."""
    paper = await services.papers.resolve(request.chat, request.argument, now)
    ranking = await services.digests.ranking(now)
    taste = await services.tastes.of_reader(request, now, private=True)
    trends = reordered(ranking.trends, taste) if taste else ranking.trends
    place = next((place for place, trend in enumerate(trends) if trend.paper.id == paper.id), None)
    known = await services.details.of(paper, now)
    if place is None:
        return view.unranked(paper.id, paper.title, known)
    ahead = trends[place - 1] if place else None
    words = taste.reasons(paper) if taste and taste.open else ()
    return view.why(trends[place], place + 1, len(trends), ahead, ranking.as_of, words, known)
