"""Remote search: query all sources concurrently when few stored papers match, and save what they return."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.asker import on_behalf_of
from bot.domain.errors import FetchError, StoreError
from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.ports import Catalogue
from bot.domain.search_results import SearchResults
from bot.domain.sources import FetchResult
from bot.query import Order, Query
from bot.search.budget import UNNAMED, Ration, SourceBudget
from bot.search.filters import passes
from bot.search.fusion import fused
from bot.search.stop_words import STOP_WORDS, WEAK_WORDS
from bot.storage import Store

log = Log(__name__)

#: papers requested from each source
_PAPERS = 20
#: total timeout in seconds
DEADLINE = 2.0
#: lifetime and size of the cache of remote results
_FRESH = timedelta(minutes=10)
_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class RemoteResults:
    """Papers that the sources returned for a topic."""

    #: papers of each source that answered, in the source's order
    papers: dict[str, tuple[Paper, ...]] = field(default_factory=dict)
    #: votes by paper id, as far as a source reported them
    votes: dict[str, int] = field(default_factory=dict)
    #: ids that were not stored before
    new: frozenset[str] = frozenset()
    #: sources that failed or timed out
    silent: tuple[str, ...] = ()
    #: no source was queried because the budget is used up
    rationed: bool = False


class RemoteSearch:
    """Searches several catalogues concurrently, with a common deadline and a cache."""

    def __init__(
        self,
        store: Store,
        catalogues: Sequence[Catalogue],
        deadline: float = DEADLINE,
        ration: Ration | None = None,
    ) -> None:
        """`ration` limits the rate of queries."""
        self._store = store
        self._ration = ration or Ration(store, SourceBudget())
        self._catalogues = catalogues
        self._deadline = deadline
        self._asked: dict[str, tuple[datetime, RemoteResults]] = {}

    async def ask(self, query: Query, now: datetime) -> RemoteResults:
        """Return what the sources that answer in time have on the words of a query. Never raises for errors of sources.

        No source is queried if the budget for people's queries is used up.
        """
        words = spoken(query)
        if not words or not self._catalogues:
            return RemoteResults()
        if known := self._recalled(words, now):
            return replace(known, new=frozenset())
        # without a person it would be treated like a daily list
        with on_behalf_of(UNNAMED):
            if not await self._ration.take(now):
                return RemoteResults(rationed=True)
            brought = await self._ask(words, now)
        if len(self._asked) >= _REMEMBERED:
            del self._asked[next(iter(self._asked))]
        if not brought.silent:
            self._asked[words] = (now, brought)
        return brought

    def recalls(self, query: Query, now: datetime) -> bool:
        """Return whether the results for this query are cached, so that further pages come from the same results."""
        return self._recalled(spoken(query), now) is not None

    def _recalled(self, words: str, now: datetime) -> RemoteResults | None:
        then, known = self._asked.get(words, (None, None))
        return known if then and timedelta(0) <= now - then < _FRESH else None

    async def _ask(self, words: str, now: datetime) -> RemoteResults:
        resting = {state.name for state in await self._store.sources.all() if state.retry_at and state.retry_at > now}
        tasks = {
            asyncio.create_task(each.search(words, _PAPERS, now)): each.name
            for each in self._catalogues
            if each.name not in resting
        }
        try:
            done = (await asyncio.wait(tasks, timeout=self._deadline))[0] if tasks else set()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        answers = [self._answer(task, name) for task, name in tasks.items() if task in done]
        brought = await self._kept([harvest for harvest in answers if harvest])
        return replace(brought, silent=tuple(each.name for each in self._catalogues if each.name not in brought.papers))

    def _answer(self, task: asyncio.Task[FetchResult], name: str) -> FetchResult | None:
        try:
            return task.result()
        except FetchError as error:
            # the state of a source is about the daily lists, so errors of searches are not recorded in it
            log.warning("source not searched", source=name, reason=error.reason)
            return None

    async def _kept(self, harvests: Sequence[FetchResult]) -> RemoteResults:
        """Save papers that are not stored yet; stored ones are kept, as search results have less detail."""
        told = {paper.id: paper for harvest in reversed(harvests) for paper in harvest.papers}
        known = {paper.id: paper for paper in await self._store.papers.many([*told])}
        coming = set(told) - set(known)
        for harvest in harvests:
            fresh = tuple(paper for paper in harvest.papers if paper.id in coming)
            coming -= {paper.id for paper in fresh}
            await self._keep(replace(harvest, papers=fresh))
        return RemoteResults(
            {each.source: tuple(known.get(paper.id, told[paper.id]) for paper in each.papers) for each in harvests},
            {seen.paper_id: seen.votes for each in harvests for seen in each.observations},
            frozenset(set(told) - set(known)),
        )

    async def _keep(self, harvest: FetchResult) -> None:
        try:
            await self._store.keep(harvest)
        except StoreError as error:
            log.warning("found papers not kept", source=harvest.source, reason=str(error))


def spoken(query: Query) -> str:
    """Return the search terms for a source: authors and topic words, without stop and weak words."""
    said = [word for text in query.texts for word in text.split()]
    telling = [word for word in said if word not in STOP_WORDS and word not in WEAK_WORDS]
    return " ".join([*telling, *query.authors])


def together(found: SearchResults, brought: RemoteResults, query: Query) -> SearchResults:
    """Merge stored and remote results without duplicates, applying the query's filters to the remote ones."""
    passing = {
        paper.id: paper
        for papers in brought.papers.values()
        for paper in papers
        if passes(paper, query, brought.votes.get(paper.id, 0))
    }
    lists = [[paper.id for paper in papers if paper.id in passing] for papers in brought.papers.values()]
    added = [paper_id for paper_id in passing if paper_id not in set(found.ids)]
    order = fused(found.ids, *lists) if query.sort in (None, Order.RELEVANCE) else [*found.ids, *added]
    return replace(
        found,
        ids=order,
        known={**found.known, **passing},
        asked=(*brought.papers, *brought.silent),
        silent=brought.silent,
        rationed=brought.rationed,
        brought=_bringers(brought),
    )


def _bringers(brought: RemoteResults) -> dict[str, str]:
    """Return the first source of each new paper."""
    told = [(paper.id, source) for source, papers in brought.papers.items() for paper in papers]
    return {paper_id: source for paper_id, source in reversed(told) if paper_id in brought.new}
