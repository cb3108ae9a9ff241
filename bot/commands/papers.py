"""/papers, /paper and /similar: asking for papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.commands.options import WHICH_PAPER
from bot.commands.paging import after_page
from bot.domain.errors import BadArgument, OtherLanguage
from bot.domain.identifiers import paper_id
from bot.domain.pages import Page
from bot.domain.papers import Paper
from bot.domain.requests import Command, Completion, Option, Request
from bot.messages import languages
from bot.messages import papers as view
from bot.query import Query, foreign, parse
from bot.query.spec import selects, with_one_less
from bot.search.normalization import pieces
from bot.services.bundle import Services
from bot.storage.conversations import Conversation

PAPERS = Command(
    name="papers",
    summary="Papers on a topic, best match first",
    usage='/papers <words> ["a phrase"] [-word] [author:name] [org:name] [cat:cs.CL] [since March] [has:code] '
    "[votes:>=20] [sort:new|votes|trending] [top 5]",
    options=(
        Option(name="query", description="Words that a paper must have", required=True, completion=Completion.QUERY),
        Option(name="count", description="How many papers, 1 to 25", typed="top {}"),
    ),
    examples=("/papers natural gradient since March with code", "/papers agents -survey top 5"),
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

#: "similar to Toolformer": a paper by the name that its title begins with
_LIKE_A_NAME = re.compile(
    r"(?:(?:more |other )?(?:papers?|works?|anything|something) )?(?:similar to|like) (.{2,80})", re.IGNORECASE
)
_LIKE = re.compile(r"\b(?:similar to|like)\b", re.IGNORECASE)
#: papers in an answer where nobody asked for another number
_SHOWN = 8
#: words that are left out in turn, and wider queries that are offered
_DROPPED, _WIDER = 6, 3


async def papers(services: Services, request: Request, now: datetime) -> Page:
    """Papers on a topic; an id or an address is answered with that paper."""
    text, start = after_page(request.argument)
    query = parse(text, now.date())
    if paper_id(text):
        return await (similar if _LIKE.search(text) else paper)(services, request, now)
    if (named := _LIKE_A_NAME.fullmatch(text)) and (known := await services.papers.titled(named[1])):
        return await _similar_to(services, request, known, now)
    other = foreign(text)
    if other and not other.english:
        raise OtherLanguage(*languages.unknown_words(other))
    if query.texts and not any(pieces(each) for each in query.texts):
        raise BadArgument(f"There is nothing to look for in “{text[:40]}”.", "Say a topic: /papers natural gradient")
    if not selects(query):
        raise BadArgument("Papers on what?", "Say a topic: /papers natural gradient")
    found = await services.search.find(query, now)
    few = found.papers[start : start + (query.limit or _SHOWN)]
    if not found.papers:
        return view.nothing(query, found, await _wider(services, query))
    if not few:
        return view.no_more(query, found)
    await services.papers.remember(request, few, now, Conversation(command=PAPERS.name, argument=text, start=start))
    page = view.hits(query, found, few, start, now.date())
    note = languages.bridged(other)
    return replace(page, intro=f"{note}\n{page.intro}") if note else page


async def _wider(services: Services, query: Query) -> list[tuple[Query, int]]:
    """The query with one wish less each, and how many papers that finds; where none finds any, its words alone."""
    for offered in (_looser(query), [Query(words=query.words, phrases=query.phrases, either=query.either)]):
        counted = [(wider, await services.search.count(wider)) for wider in offered if wider]
        if found := [(wider, number) for wider, number in counted if number]:
            return sorted(found, key=lambda pair: -pair[1])[:_WIDER]
    return []


def _looser(query: Query) -> Iterator[Query]:
    yield from with_one_less(query)
    for place in range(min(len(query.words), _DROPPED)) if len(query.words) > 1 else ():
        yield replace(query, words=(*query.words[:place], *query.words[place + 1 :]))


async def paper(services: Services, request: Request, now: datetime) -> Page:
    """One paper, with its standing where it is on a list of the last week."""
    found = await services.papers.resolve(request.chat, request.argument, now)
    await services.papers.remember_paper(request, found.id, now)
    ranking = await services.digests.ranking(now)
    return view.paper(found, next((trend for trend in ranking.trends if trend.paper.id == found.id), None))


async def similar(services: Services, request: Request, now: datetime) -> Page:
    """Papers like one paper."""
    found = await services.papers.resolve(request.chat, request.argument, now)
    return await _similar_to(services, request, found, now)


async def _similar_to(services: Services, request: Request, found: Paper, now: datetime) -> Page:
    others = await services.papers.similar(found, _SHOWN)
    if others.papers:
        asked = Conversation(command=SIMILAR.name, argument=found.id)
        await services.papers.remember(request, others.papers, now, asked)
    return view.similar(found, others)
