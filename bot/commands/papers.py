"""/papers, /paper and /similar: asking for papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.commands.engine import WHICH_PAPER, Engine
from bot.errors import BadArgument
from bot.identity import paper_id
from bot.models import Command, Completion, Option, Paper, Request
from bot.page import Page
from bot.query import Query, parse
from bot.search import like, subject
from bot.views import papers as view

PAPERS = Command(
    name="papers",
    summary="Papers on a topic, best match first",
    usage="/papers <words> [-word] [top 5]",
    options=(
        Option(name="query", description="Words that a paper must have", required=True, completion=Completion.QUERY),
        Option(name="count", description="How many papers, 1 to 25", typed="top {}"),
    ),
    examples=("/papers natural gradient", "/papers agents -survey top 5"),
    aliases=("search", "find", "topic"),
)
PAPER = Command(
    name="paper",
    summary="One paper with its abstract",
    usage="/paper <number|arXiv id|address>",
    options=(WHICH_PAPER,),
    examples=("/paper 3", "/paper 2604.01234"),
    aliases=("abstract", "more"),
)
SIMILAR = Command(
    name="similar",
    summary="Papers like one paper",
    usage="/similar <number|arXiv id|address>",
    options=(WHICH_PAPER,),
    examples=("/similar 1", "/similar 2604.01234"),
    aliases=("like", "alike"),
)

#: papers in an answer where nobody asked for another number
_SHOWN = 8
#: papers that share a word of the subject, for each of its words
_OF_A_WORD = 500


async def papers(engine: Engine, request: Request, now: datetime) -> Page:
    """Papers that have all the words; an id or an address is answered with that paper."""
    if paper_id(request.argument):
        return await paper(engine, request, now)
    query = parse(request.argument)
    if not query.words:
        raise BadArgument("Papers on what?", "Say a topic: /papers natural gradient")
    found = await engine.on_topic(query)
    if not found:
        return view.nothing(query, await _wider(engine, query))
    few = found[: query.limit or _SHOWN]
    await _remember(engine, request, few, now)
    return view.hits(query, few, len(found))


async def _wider(engine: Engine, query: Query) -> list[tuple[str, int]]:
    """Each word of the query that finds something alone, with its number of papers."""
    alone = [Query(words=(word,), without=query.without) for word in query.words[:5]] if len(query.words) > 1 else []
    counts = [(each.words[0], len(await engine.on_topic(each))) for each in alone]
    return [(word, number) for word, number in counts if number]


async def paper(engine: Engine, request: Request, now: datetime) -> Page:
    """One paper, with its standing where it is on a list of the last week."""
    found = await engine.pointed_at(request.chat, request.argument, now)
    ranking = await engine.ranking(now)
    return view.paper(found, next((trend for trend in ranking.trends if trend.paper.id == found.id), None))


async def similar(engine: Engine, request: Request, now: datetime) -> Page:
    """Papers that share the rarest words of one paper's subject."""
    found = await engine.pointed_at(request.chat, request.argument, now)
    candidates: dict[str, Paper] = {}
    for word in subject(found):
        candidates |= {other.id: other for other in await engine.store.papers.matching([word], _OF_A_WORD)}
    others = like(found, candidates.values())[:_SHOWN]
    await _remember(engine, request, others, now)
    return view.similar(found, others)


async def _remember(engine: Engine, request: Request, papers: Sequence[Paper], now: datetime) -> None:
    if papers:
        await engine.store.shown.remember(request.chat, [paper.id for paper in papers], now)
