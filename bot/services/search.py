"""Search: the papers that answer a query, from the index, the store and the sources."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from bot.domain.papers import Paper
from bot.domain.search_results import SearchResults
from bot.query import Order, Query
from bot.search import Chosen, chosen, topic_of
from bot.search.coverage import LOOKED_AT
from bot.search.expansion import corrected
from bot.search.prior import Prior
from bot.search.remote import RemoteSearch, together
from bot.services.digests import SPEED, DigestService
from bot.storage import Store

if TYPE_CHECKING:
    from bot.search.finder import Finder

#: most papers with a query's words that are ranked
_LOOKED_AT = 2_000
#: most results of a query with words
_ANSWERS = 100
#: most results of filters alone, such as all papers of an author
_OF_A_FILTER = 1_000


@dataclass(frozen=True, slots=True)
class SearchService:
    """Finds and counts the papers that answer a query."""

    store: Store
    #: ranks the papers of the last week
    digests: DigestService
    #: searches the full-text index; without it, words are looked up in the store
    finder: Finder | None = None
    #: remote search for topics with few stored papers; None to disable it
    remote: RemoteSearch | None = None
    #: weight of votes and age among papers of similar relevance, from 0 to 1
    prior: float = 0.0

    async def find(self, query: Query, now: datetime) -> SearchResults:
        """Return the papers that answer a query, best first. Sources are asked if few stored papers do.

        Those of the life sciences are also asked if the query is about them.
        """
        found = await self._stored(query, now)
        if self.remote:
            # they decide about the sources, and are shown first
            found = await self._with_best(found)
            if sources := self._sources(self.remote, query, found, now):
                found = await self._with_remote(self.remote, sources, query, found, now)
        return await self._trending_first(found, now) if query.sort is Order.TRENDING else found

    async def read(self, found: SearchResults, start: int, end: int | None) -> list[Paper]:
        """Return some of the papers that were found, by their positions."""
        ids = found.ids[start:end]
        stored = await self.store.papers.many([each for each in ids if each not in found.known])
        known = {**found.known, **{alias: paper for paper in stored for alias in (paper.id, *paper.aliases)}}
        return list({known[each].id: known[each] for each in ids if each in known}.values())

    async def _with_best(self, found: SearchResults) -> SearchResults:
        """Return the results with the first of their papers read."""
        best = await self.read(found, 0, LOOKED_AT)
        return replace(found, known={**found.known, **{paper.id: paper for paper in best}})

    def _sources(self, remote: RemoteSearch, query: Query, found: SearchResults, now: datetime) -> Collection[str]:
        """Return the sources to ask: those whose results are cached for this query, else those that it needs."""
        best = [found.known[each] for each in found.ids[:LOOKED_AT] if each in found.known]
        return remote.recalled(query, now) or remote.wanted(query, found.exact, best)

    async def _with_remote(
        self, remote: RemoteSearch, sources: Collection[str], query: Query, found: SearchResults, now: datetime
    ) -> SearchResults:
        """Return the results together with those of some sources."""
        brought = await remote.ask(query, sources, now)
        # slow while the index is still being built
        if brought.new and self.finder and self.finder.complete:
            await self.finder.follow()
        stored = await self._stored(query, now) if brought.new else found
        return await asyncio.to_thread(_matching_first, query, stored, together(stored, brought, query))

    async def let_through(self, query: Query, first: date, last: date, now: datetime) -> tuple[list[Chosen], int]:
        """Return what a subscription to a query lets through of the lists of some days, and of how many papers.

        The first are the best.
        """
        moment = datetime.combine(last, time.max, UTC)
        histories = await self.store.histories(first, last, moment - SPEED, moment)
        known = await self.store.changed_papers.of([history.paper.id for history in histories])
        papers = [(each.paper, each.votes) for each in known]
        prior, topic = Prior(self.prior, now.date()) if self.prior else None, topic_of(query)
        closeness = (await self.digests.topic_meaning.between([query], [paper.id for paper, _ in papers])).to(topic)
        return await asyncio.to_thread(chosen, topic, papers, prior, closeness), len(papers)

    async def count(self, query: Query) -> int:
        """Return how many stored papers have every word of a query and pass its filters."""
        if self.finder is None:
            return len(await self._read_through(query))
        return await self.finder.count(query)

    async def _stored(self, query: Query, now: datetime) -> SearchResults:
        prior = Prior(self.prior, now.date()) if self.prior else None
        found = await self.finder.find(query, _ANSWERS if query.texts else _OF_A_FILTER, prior) if self.finder else None
        if found is None:
            papers = {paper.id: paper for paper in await self._read_through(query)}
            found = SearchResults(ids=[*papers], exact=len(papers), known=papers)
        return replace(found, complete=self.finder is None or self.finder.complete)

    async def _read_through(self, query: Query) -> list[Paper]:
        """Return the papers that a query selects without an index: of those with its words, and of the newest."""
        words = {each.id: each for each in await self.store.papers.matching(query.words, _LOOKED_AT)}
        newest = {each.id: each for each in await self.store.papers.matching((), _LOOKED_AT)}
        papers = [(paper, 0) for paper in (words | newest).values()]
        found = await asyncio.to_thread(chosen, topic_of(replace(query, min_votes=None)), papers, None)
        return [each.paper for each in found]

    async def _trending_first(self, found: SearchResults, now: datetime) -> SearchResults:
        """Return the papers of the last week in the order of their ranking, then the others in their own."""
        ranking = await self.digests.ranking(now)
        place = {trend.paper.id: at for at, trend in enumerate(ranking.trends)}
        ids = sorted(found.ids, key=lambda each: (each in found.near, place.get(each, len(place))))
        return replace(found, ids=ids)


def _matching_first(query: Query, stored: SearchResults, found: SearchResults) -> SearchResults:
    """Return results with papers from the sources, with those first that a subscription to the query would let through.

    A description of many words is answered by similarity, without a line between matching and near papers.
    """
    topic = topic_of(corrected(query, found.corrected))
    if not topic.narrow:
        return found
    added = [found.known[each] for each in found.ids if each not in set(stored.ids)]
    near = found.near.intersection(found.ids).union(paper.id for paper in added if topic.judge(paper) is None)
    ids = sorted(found.ids, key=lambda each: each in near)
    return replace(found, ids=ids, near=near, exact=len(ids) - len(near))
