"""arXiv API client: papers by id and by words, with categories and the authors' own LaTeX.

`GET /api/query`, documented at https://info.arxiv.org/help/api/user-manual.html. Its terms of use: one request every
three seconds over one connection, for all machines of an operator together. Thank you to arXiv for use of its open
access interoperability.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.domain import text
from bot.domain.papers import Paper
from bot.domain.ports import SourceTurns
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.sources import fields
from bot.sources.atom import AtomEntry, InvalidFeed, read_feed
from bot.sources.http import FetchPolicy, RateLimitedClient, SourceResponse, WebSource
from bot.sources.result_builder import FetchResultBuilder, ParsedPaper

NAME = "arxiv"
#: refusals have lasted for five hours
MANNERS = FetchPolicy(pace=3.0, connections=1, turns="arxiv", refused=timedelta(hours=1))

#: papers per request
_BATCH = 100
_MOST_WORDS = 20
_WORD = re.compile(r"\w+")
#: operators of the query language, which match nothing as terms
_OPERATORS = frozenset({"and", "or", "not", "andnot"})


class Arxiv(WebSource):
    """`Catalogue` for arXiv."""

    name = NAME

    def __init__(
        self, base_url: str, *, contact: str = "", turns: SourceTurns | None = None, manners: FetchPolicy = MANNERS
    ) -> None:
        super().__init__(RateLimitedClient(NAME, base_url, manners, contact=contact, turns=turns))

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        """Return the papers that exist, requesting up to 100 at a time. Raise `FetchError`."""
        builder = FetchResultBuilder(NAME, now)
        known = builder.valid_ids(ids)
        for start in range(0, len(known), _BATCH):
            batch = known[start : start + _BATCH]
            await self._add_page(builder, {"id_list": ",".join(batch), "max_results": str(len(batch))}, now)
        return builder.build()

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        """Return at most `limit` papers (up to 100) that contain every word, best first. Raise `FetchError`."""
        builder = FetchResultBuilder(NAME, now)
        query, most = search_query(words), min(limit, _BATCH)
        if query and most > 0:
            asked = {"search_query": query, "max_results": str(most), "sortBy": "relevance"}
            await self._add_page(builder, asked, now)
        return builder.build(limit)

    async def _add_page(self, builder: FetchResultBuilder, query: Mapping[str, str], now: datetime) -> None:
        answer = await self._web.get("/api/query", query, now)
        builder.count_requests(answer.requests)
        try:
            feed = read_feed(answer.body)
        except InvalidFeed as error:
            invalid = SourceTrouble(error.code)
            raise self._web.unusable(answer, invalid if answer.status == 200 else _status(answer)) from None
        if feed.error or answer.status != 200:
            raise self._web.unusable(answer, _status(answer, feed.error))
        for number, entry in enumerate(feed.entries, 1):
            builder.add(fields.item_label(entry.id, f"entry {number}"), partial(_found, entry, now))


def _status(answer: SourceResponse, said: str = "") -> SourceTrouble:
    return SourceTrouble(TroubleCode.STATUS, f"{answer.status} ({said})" if said else str(answer.status))


def search_query(words: str) -> str:
    """Return a query for papers that contain all words, without the operators and special characters of the syntax."""
    terms = (word.lower() for word in _WORD.findall(words))
    known = list(dict.fromkeys(term for term in terms if term not in _OPERATORS))
    return " AND ".join(f"all:{term}" for term in known[:_MOST_WORDS])


def _found(entry: AtomEntry, now: datetime) -> ParsedPaper:
    id = fields.arxiv_id(entry.id)
    paper = Paper(
        id=id,
        aliases=fields.aliases(id, entry.doi),
        title=fields.title(entry.title),
        abstract=text.prose(entry.abstract),
        authors=fields.names(entry.authors),
        categories=fields.arxiv_categories(entry.categories),
        published_at=fields.published(entry.published_at, now),
        code_url=fields.repository_in(entry.comment, entry.abstract),
    )
    return ParsedPaper(paper=paper)
