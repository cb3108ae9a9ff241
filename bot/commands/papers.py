"""/papers, /paper and /similar: search, one paper, and papers like it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.commands.options import COUNT, QUERY, WHICH_PAPER
from bot.commands.paging import after_page
from bot.domain.errors import BadArgument, OtherLanguage
from bot.domain.i18n import lines, tr
from bot.domain.identifiers import paper_id
from bot.domain.pages import Page
from bot.domain.papers import Paper
from bot.domain.requests import Command, Request
from bot.messages import languages
from bot.messages import papers as view
from bot.query import Order, Query, foreign, parse, show
from bot.query.spec import USAGE, selects, with_one_less
from bot.search.filters import day_of
from bot.search.normalization import pieces
from bot.services.bundle import Services
from bot.services.categories import note_on
from bot.storage.conversations import Conversation

PAPERS = Command(
    name="papers",
    summary=tr("Papers on a topic, best match first"),
    usage=f'/papers <words> ["a phrase"] [-word] {USAGE}',
    options=(
        replace(QUERY, required=True),
        COUNT,
    ),
    examples=("/papers natural gradient since March with code", "/papers agents -survey top 5"),
    aliases=("search", "find", "topic"),
)
PAPER = Command(
    name="paper",
    summary=tr("One paper with its abstract"),
    usage="/paper <number|arXiv id|DOI|link>",
    options=(WHICH_PAPER,),
    examples=("/paper 3", "/paper 2604.01234"),
    aliases=("abstract", "more"),
)
SIMILAR = Command(
    name="similar",
    summary=tr("Similar papers"),
    usage="/similar <number|arXiv id|DOI|link>",
    options=(WHICH_PAPER,),
    examples=("/similar 1", "/similar 2604.01234"),
    aliases=("like", "alike"),
)

#: the hint of refusals
_EXAMPLE = tr("Send a topic, for example: {command}", command="/papers natural gradient")
#: "similar to Toolformer": a paper by the name that its title begins with
_LIKE_A_NAME = re.compile(
    r"(?:(?:more |other )?(?:papers?|works?|anything|something) )?(?:similar to|like) (.{2,80})", re.IGNORECASE
)
_LIKE = re.compile(r"\b(?:similar to|like)\b", re.IGNORECASE)
#: start of the fields after the paper in the argument of /similar
_OPTIONS = re.compile(r"(?<=\S)\s+(?=-?[a-z_]+:\S|top \d|sorted by |newest\b)", re.IGNORECASE)
_SIMILAR_ORDERS = (None, Order.RELEVANCE, Order.NEW)
_NOTHING = Query()
#: papers in an answer by default
_SHOWN = 8
#: most words that are dropped one at a time, and most wider queries that are offered
_DROPPED, _WIDER = 6, 3


async def papers(services: Services, request: Request, now: datetime) -> Page:
    """Return papers on a topic; for an id or a link, that paper."""
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
        raise BadArgument(tr("“{text}” has no word that I can search for.", text=text[:40]), _EXAMPLE)
    if not selects(query):
        raise BadArgument(tr("Papers on what?"), _EXAMPLE)
    found = await services.search.find(query, now)
    few = await services.search.read(found, start, start + (query.limit or _SHOWN))
    if not found.ids:
        return await _with_category_note(services, query, view.nothing(query, found, await _wider(services, query)))
    if not few:
        return view.no_more(query, found)
    await services.papers.remember(request, few, now, Conversation(command=PAPERS.name, argument=text, start=start))
    page = await _with_category_note(services, query, view.hits(query, found, few, start, now.date()))
    note = languages.bridged(other)
    return replace(page, intro=lines(note, page.intro)) if note else page


async def _with_category_note(services: Services, query: Query, page: Page) -> Page:
    """Return an answer that says which of the wanted categories no paper has."""
    note = await note_on(services.store, services.listed, query)
    return replace(page, intro=lines(page.intro, note)) if note else page


async def _wider(services: Services, query: Query) -> list[tuple[Query, int]]:
    """Return the query with one condition less each, and how many papers that finds; if none does, only its words."""
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
    """Return one paper, with its rank if it is on a list of the last week."""
    found = await services.papers.resolve(request.chat, request.argument, now)
    await services.papers.remember_paper(request, found.id, now)
    await services.tastes.opened(request, found.id, now)
    ranking = await services.digests.ranking(now)
    trend = next((trend for trend in ranking.trends if trend.paper.id == found.id), None)
    return view.paper(found, trend, await services.details.of(found, now))


async def similar(services: Services, request: Request, now: datetime) -> Page:
    """Return papers like one paper."""
    pointer, asked = _with_options(request.argument, now)
    found = await services.papers.resolve(request.chat, pointer, now)
    return await _similar_to(services, request, found, now, asked)


def _with_options(argument: str, now: datetime) -> tuple[str, Query]:
    """Return what points at a paper, and the query that the fields behind it make: "3 sort:new top 5"."""
    found = _OPTIONS.search(argument)
    if found is None:
        return argument, _NOTHING
    return argument[: found.start()], parse(argument[found.start() :], now.date())


async def _similar_to(
    services: Services, request: Request, found: Paper, now: datetime, asked: Query = _NOTHING
) -> Page:
    """Return the papers similar to one paper; of the query, only order and limit apply."""
    others = await services.papers.similar(found, asked.limit or _SHOWN)
    if asked.sort is Order.NEW:
        newest = sorted(others.papers, key=day_of, reverse=True)
        others = replace(others, papers=newest)
    if others.papers:
        shown = Conversation(command=SIMILAR.name, argument=found.id)
        await services.papers.remember(request, others.papers, now, shown)
    unused = replace(asked, limit=None, sort=None if asked.sort in _SIMILAR_ORDERS else asked.sort)
    return view.similar(found, others, show(unused) if unused != _NOTHING else "")
