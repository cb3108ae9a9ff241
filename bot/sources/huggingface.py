"""Hugging Face Papers API client: daily lists with votes, search, and papers by id with what is linked to them.

`GET /api/daily_papers`, `/api/papers/{id}` and `/api/papers/search`; documented at
https://huggingface.co/.well-known/openapi.json. No token is needed: 500 requests in five minutes are free.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from bot.domain.artifacts import LinkedArtifacts
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.sources.http import FetchPolicy, RateLimitedClient, SourceResponse, WebSource
from bot.sources.huggingface_schema import NAME, list_item_label, read_item, read_paper
from bot.sources.json_body import parsed
from bot.sources.linked_artifacts import read_linked
from bot.sources.result_builder import FetchResultBuilder, ParsedPaper

MANNERS = FetchPolicy(pace=0.2, connections=4)

#: maximum page size; the default of 50 truncates long days
_PAGE = 100
#: maximum number of pages, far more than the longest day has
_PAGES = 20
_LONGEST_QUERY, _MOST_HITS = 250, 120


class HuggingFace(WebSource):
    """`DailyLists` and `Catalogue` for Hugging Face."""

    name = NAME

    def __init__(self, base_url: str, *, contact: str = "", manners: FetchPolicy = MANNERS) -> None:
        super().__init__(RateLimitedClient(NAME, base_url, manners, contact=contact))

    async def day(self, day: date, now: datetime) -> FetchResult:
        """Return the list of a UTC date as of `now`, most votes first; empty at weekends. Raise `FetchError`.

        Paging ends when the source says so or a page has nothing new; a short page is not necessarily the last.
        """
        builder = FetchResultBuilder(NAME, now, day)
        for page in range(_PAGES):
            before = len(builder)
            query = {"date": day.isoformat(), "limit": str(_PAGE), "p": str(page)}
            answer = await self._web.get("/api/daily_papers", query, now)
            items = self._items(answer, builder, partial(read_item, now=now, asked=day), first=page * _PAGE + 1)
            if len(builder) == before or not (answer.has_next or items >= _PAGE):
                break
        return builder.build()

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        """Return at most `limit` papers (up to 120) on a topic, best first. Raise `FetchError`."""
        builder = FetchResultBuilder(NAME, now)
        asked = " ".join(words.split())[:_LONGEST_QUERY]
        if asked and limit > 0:
            query = {"q": asked, "limit": str(min(limit, _MOST_HITS))}
            answer = await self._web.get("/api/papers/search", query, now)
            self._items(answer, builder, partial(read_item, now=now), first=1)
        return builder.build(limit)

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        """Return the papers that are indexed there, with votes and linked artifacts; one request per paper.

        Raise `FetchError`.
        """
        builder = FetchResultBuilder(NAME, now)
        linked: list[LinkedArtifacts] = []
        asked = builder.valid_ids(ids)
        for id in asked:
            answer = await self._web.get(f"/api/papers/{id}", {}, now)
            builder.count_requests(answer.requests)
            if answer.status == 404:
                continue
            paper = parsed(self._web, answer)
            builder.add(id, partial(read_paper, paper, now))
            linked += read_linked(id, paper)
        return replace(builder.build(), artifacts=tuple(linked), looked_up=tuple(asked))

    def _items(
        self, answer: SourceResponse, builder: FetchResultBuilder, read: Callable[[object], ParsedPaper], *, first: int
    ) -> int:
        """Add all items of a list response, numbered from `first`. Return their number."""
        items = parsed(self._web, answer)
        if not isinstance(items, list):
            raise self._web.unusable(answer, SourceTrouble(TroubleCode.NOT_A_LIST))
        builder.count_requests(answer.requests)
        for number, item in enumerate(items, first):
            builder.add(list_item_label(item, number), partial(read, item))
        return len(items)
