"""/why: the parts of a paper's score."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands.options import WHICH_PAPER
from bot.commands.trending import COMMAND as TRENDING
from bot.commands.trending import understood
from bot.digests.matching import asked_for
from bot.digests.taste import Taste, reordered
from bot.domain.days import shifted
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.papers import Paper
from bot.domain.requests import Command, Request
from bot.domain.trending import list_places, place_in
from bot.messages import why as view
from bot.query import Query, parse, show
from bot.search import matches
from bot.services.bundle import Services
from bot.services.digests import Ranking

COMMAND = Command(
    name="why",
    summary=tr("Why a paper has its rank"),
    usage="/why <number|arXiv id|DOI|link>",
    options=(WHICH_PAPER,),
    examples=("/why 1", "/why 2604.01234"),
    private=True,
)

_WEEK = timedelta(days=6)


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """Return a paper's rank among the papers of the last week, with the parts of its score."""
    paper = await services.papers.resolve(request.chat, request.argument, now)
    everything = (await services.digests.ranking(now)).trends
    place, known = place_in(everything, paper.id), await services.details.of(paper, now)
    if place is None:
        return view.unranked(paper.id, paper.title, known)
    taste = await services.tastes.of_reader(request, now, private=True)
    words = taste.reasons(paper) if taste and taste.open else ()
    if everything[place].voted:
        # votes do not compare papers with those that have none
        standing = await _among_voted(services, paper, taste, now)
    else:
        query = await _ranked_for(services, request, paper, now)
        standing = await _standing(services, paper, await services.digests.ranking(now, query), taste)
        standing = replace(standing, query=show(query) if query else "")
    return view.why(standing, words, known)


async def _among_voted(services: Services, paper: Paper, taste: Taste | None, now: datetime) -> view.RankFacts:
    ranking = await services.digests.ranking(now)
    voted = [trend for trend in ranking.trends if trend.voted]
    standing = await _standing(services, paper, replace(ranking, trends=voted), taste)
    return replace(standing, with_votes=len(voted) < len(ranking.trends))


async def _standing(services: Services, paper: Paper, ranking: Ranking, taste: Taste | None) -> view.RankFacts:
    trends = reordered(ranking.trends, taste) if taste else ranking.trends
    place = next(place for place, trend in enumerate(trends) if trend.paper.id == paper.id)
    last = ranking.as_of.date()
    lists = await services.store.lists_of(paper.id, shifted(last, -_WEEK), last)
    return view.RankFacts(
        trend=trends[place],
        place=place + 1,
        among=len(trends),
        ahead=trends[place - 1] if place else None,
        as_of=ranking.as_of,
        lists=list_places(trends, paper.id, lists),
    )


async def _ranked_for(services: Services, request: Request, paper: Paper, now: datetime) -> Query | None:
    """Return the query for which the chat was shown a paper without votes: of its last list, else of a subscription."""
    said = await services.store.conversations.get(request.chat, now)
    queries = [understood(said.argument, now.date()).words] if said.command == TRENDING.name else []
    queries += [each.query for each in await services.store.subscriptions.of(request.chat)]
    for query in (replace(parse(each, now.date()), limit=None) for each in queries):
        ranking = await services.digests.ranking(now, query) if asked_for(query, {}) and matches(paper, query) else None
        if ranking and place_in(ranking.trends, paper.id) is not None:
            return query
    return None
