"""Hugging Face Papers: the daily lists with their votes, and the papers behind them.

`GET /api/daily_papers`, `/api/papers/{id}` and `/api/papers/search`; described at
https://huggingface.co/.well-known/openapi.json. No token is needed: 500 requests in five minutes are free.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from bot.domain.sources import FetchResult
from bot.domain.text import plain
from bot.sources.http import Answer, FetchPolicy, RateLimitedClient, WebSource
from bot.sources.huggingface_schema import NAME, place, read_item, read_paper
from bot.sources.result_builder import FetchResultBuilder, Found

MANNERS = FetchPolicy(pace=0.2, connections=4)

#: the most that a page holds; the default of 50 cuts long days short
_PAGE = 100
#: far beyond the longest day: an answer that never ends is a fault
_PAGES = 20
_LONGEST_QUERY, _MOST_HITS = 250, 120


class HuggingFace(WebSource):
    """`DailyLists` and `Catalogue` in one."""

    name = NAME

    def __init__(self, base_url: str, *, contact: str = "", manners: FetchPolicy = MANNERS) -> None:
        super().__init__(RateLimitedClient(NAME, base_url, manners, contact=contact))

    async def day(self, day: date, now: datetime) -> FetchResult:
        """The whole list of a UTC date as it stands at `now`, best voted first; empty at weekends. Raises `FetchError`.

        Pages end where the source says so or brings nothing new, not where they are short: a page may be.
        """
        gathering = FetchResultBuilder(NAME, now, day)
        for page in range(_PAGES):
            before = len(gathering)
            query = {"date": day.isoformat(), "limit": str(_PAGE), "p": str(page)}
            answer = await self._web.get("/api/daily_papers", query, now)
            items = self._items(answer, gathering, partial(read_item, now=now, asked=day), first=page * _PAGE + 1)
            if len(gathering) == before or not (answer.has_next or items >= _PAGE):
                break
        return gathering.harvest()

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        """At most `limit` papers (never more than 120) on a topic, best first. Raises `FetchError`."""
        gathering = FetchResultBuilder(NAME, now)
        asked = " ".join(words.split())[:_LONGEST_QUERY]
        if asked and limit > 0:
            query = {"q": asked, "limit": str(min(limit, _MOST_HITS))}
            answer = await self._web.get("/api/papers/search", query, now)
            self._items(answer, gathering, partial(read_item, now=now), first=1)
        return gathering.harvest(limit)

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        """Those of the papers that are indexed there, with their votes; one request each. Raises `FetchError`."""
        gathering = FetchResultBuilder(NAME, now)
        for id in gathering.well_formed(ids):
            answer = await self._web.get(f"/api/papers/{id}", {}, now)
            gathering.visited(answer.requests)
            if answer.status != 404:
                gathering.take(id, partial(read_paper, self._json(answer), now))
        return gathering.harvest()

    def _items(
        self, answer: Answer, gathering: FetchResultBuilder, read: Callable[[object], Found], *, first: int
    ) -> int:
        """Take every item of a list; how many there were. `first` is the number of the first one."""
        items = self._json(answer)
        if not isinstance(items, list):
            raise self._web.unusable(answer, "answered something else than a list")
        gathering.visited(answer.requests)
        for number, item in enumerate(items, first):
            gathering.take(place(item, number), partial(read, item))
        return len(items)

    def _json(self, answer: Answer) -> object:
        """The content. Raises `FetchError` for a refusal and for anything that is not whole JSON."""
        if answer.status != 200:
            raise self._web.unusable(answer, f"answered {answer.status}{_sentence(answer.body)}")
        try:
            content: object = json.loads(answer.body)
        except (ValueError, RecursionError):
            is_page = answer.body.lstrip()[:1] == b"<"
            reason = "answered a page instead of JSON" if is_page else "answered JSON that breaks off or is broken"
            raise self._web.unusable(answer, reason) from None
        return content


def _sentence(body: bytes) -> str:
    """What an error says: `{"error": "..."}`."""
    try:
        match json.loads(body):
            case {"error": str(said)}:
                return f": {plain(said)[:200]}"
    except (ValueError, RecursionError):
        pass
    return ""
