"""Hacker News client: stories that link to papers, from Algolia's search.

`GET /api/v1/search` and `/api/v1/search_by_date`, documented at https://hn.algolia.com/api. No token is needed; 10,000
requests an hour are allowed for each address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.domain.stories import Story
from bot.sources.hackernews_schema import NAME, read_story
from bot.sources.http import FetchPolicy, RateLimitedClient, SourceResponse, WebSource
from bot.sources.json_body import parsed, status_trouble

MANNERS = FetchPolicy(pace=0.5, connections=2)

#: sites whose stories are read in one request each
_SITES = ("arxiv.org", "huggingface.co/papers")
#: stories in an answer: the most that are reachable, and for one paper
_MOST, _OF_ONE = 1000, 50


class HackerNews(WebSource):
    """`Discussions` for Hacker News."""

    name = NAME

    def __init__(self, base_url: str, *, contact: str = "", manners: FetchPolicy = MANNERS) -> None:
        super().__init__(RateLimitedClient(NAME, base_url, manners, contact=contact))

    async def recent(self, since: datetime, now: datetime) -> FetchResult:
        """Return the stories about any papers that were posted after `since`; two requests. Raise `FetchError`."""
        posted = {"numericFilters": f"created_at_i>{int(since.timestamp())}", "hitsPerPage": str(_MOST)}
        results = [await self._search("/api/v1/search_by_date", {"query": site} | posted, now) for site in _SITES]
        return _together(results, now)

    async def about(self, paper_ids: Sequence[str], now: datetime) -> FetchResult:
        """Return the stories about papers; one request each. Raise `FetchError`."""
        results = [
            await self._search("/api/v1/search", {"query": paper_id, "hitsPerPage": str(_OF_ONE)}, now)
            for paper_id in paper_ids
        ]
        whole = _together(results, now)
        about = tuple(story for story in whole.stories if story.paper_id in paper_ids)
        return replace(whole, stories=about, looked_up=tuple(paper_ids))

    async def _search(self, path: str, query: Mapping[str, str], now: datetime) -> FetchResult:
        only = {"tags": "story", "restrictSearchableAttributes": "url"}
        answer = await self._web.get(path, {**query, **only}, now)
        stories = (read_story(hit, now) for hit in self._hits(answer))
        known = tuple(story for story in stories if story)
        return FetchResult(source=NAME, seen_at=now, stories=known, requests=answer.requests)

    def _hits(self, answer: SourceResponse) -> list[object]:
        """Return the hits of an answer. Raise `FetchError`; errors can have the status 200 and a message."""
        match parsed(self._web, answer):
            case {"hits": list(hits)}:
                return hits
            case {"message": str()}:
                raise self._web.unusable(answer, status_trouble(answer))
        raise self._web.unusable(answer, SourceTrouble(TroubleCode.NOT_A_LIST))


def _together(results: Sequence[FetchResult], now: datetime) -> FetchResult:
    """Return the results of several requests as one, each story once for a paper."""
    stories: dict[tuple[str, str], Story] = {
        (story.paper_id, story.story_id): story for story in chain.from_iterable(each.stories for each in results)
    }
    requests = sum(each.requests for each in results)
    return FetchResult(source=NAME, seen_at=now, stories=tuple(stories.values()), requests=requests)
