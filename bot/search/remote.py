"""Remote search: query all sources concurrently when few stored papers match, and save what they return."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.asker import on_behalf_of
from bot.domain.errors import FetchError, StoreError
from bot.domain.identity import by_any_id, claims
from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.ports import Catalogue, PaperLookup
from bot.domain.search_results import SearchResults
from bot.domain.sources import FetchResult
from bot.query import Order, Query
from bot.search.budget import UNNAMED, Ration, SourceBudget
from bot.search.coverage import covers_life_sciences, may_have, of_life_sciences
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
#: with fewer stored papers that have all words, every source is asked
_FEW = 5


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
    """Searches several catalogues concurrently, with a common deadline and a cache. Others cannot be searched."""

    def __init__(
        self,
        store: Store,
        catalogues: Sequence[PaperLookup],
        deadline: float = DEADLINE,
        ration: Ration | None = None,
    ) -> None:
        """`ration` limits the rate of queries."""
        self._store = store
        self._ration = ration or Ration(store, SourceBudget())
        self._catalogues = [each for each in catalogues if isinstance(each, Catalogue)]
        self._deadline = deadline
        self._asked: dict[tuple[str, frozenset[str]], tuple[datetime, RemoteResults]] = {}

    def wanted(self, query: Query, exact: int, best: Sequence[Paper]) -> Collection[str]:
        """Return the names of the sources to ask about a query that `exact` stored papers match, the `best` among them.

        All that may have such papers are asked if few match, and those of the life sciences if it is about them.
        """
        if not spoken(query):
            return ()
        few, life = exact < _FEW, of_life_sciences(query, best)
        names = (each.name for each in self._catalogues if may_have(each.name, query))
        return frozenset(name for name in names if few or (life and covers_life_sciences(name)))

    async def ask(self, query: Query, names: Collection[str], now: datetime) -> RemoteResults:
        """Return what those of the sources that answer in time have on the words of a query.

        Never raises for errors of sources. None is queried if the budget for people's queries is used up.
        """
        words, asked = spoken(query), frozenset(names)
        if not words or not asked:
            return RemoteResults()
        if known := self._recalled((words, asked), now):
            return replace(known, new=frozenset())
        # without a person it would be treated like a daily list
        with on_behalf_of(UNNAMED):
            if not await self._ration.take(now):
                return RemoteResults(rationed=True)
            brought = await self._ask(words, asked, now)
        if len(self._asked) >= _REMEMBERED:
            del self._asked[next(iter(self._asked))]
        if not brought.silent:
            self._asked[words, asked] = (now, brought)
        return brought

    def recalled(self, query: Query, now: datetime) -> Collection[str]:
        """Return the sources whose results for this query are cached, so that further pages come from the same results.

        If there are results of different sources, those of the most are returned.
        """
        words = spoken(query)
        cached = [names for said, names in self._asked if said == words and self._recalled((words, names), now)]
        return max(cached, key=len, default=frozenset())

    def _recalled(self, key: tuple[str, frozenset[str]], now: datetime) -> RemoteResults | None:
        then, known = self._asked.get(key, (None, None))
        return known if then and timedelta(0) <= now - then < _FRESH else None

    async def _ask(self, words: str, names: frozenset[str], now: datetime) -> RemoteResults:
        resting = {state.name for state in await self._store.sources.all() if state.retry_at and state.retry_at > now}
        tasks = {
            asyncio.create_task(each.search(words, _PAPERS, now)): each.name
            for each in self._catalogues
            if each.name in names and each.name not in resting
        }
        try:
            done = (await asyncio.wait(tasks, timeout=self._deadline))[0] if tasks else set()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        answers = [self._answer(task, name) for task, name in tasks.items() if task in done]
        brought = await self._kept([harvest for harvest in answers if harvest])
        asked = (each.name for each in self._catalogues if each.name in names)
        return replace(brought, silent=tuple(name for name in asked if name not in brought.papers))

    def _answer(self, task: asyncio.Task[FetchResult], name: str) -> FetchResult | None:
        try:
            return task.result()
        except FetchError as error:
            # the state of a source is about the daily lists, so errors of searches are not recorded in it
            log.warning("source not searched", source=name, reason=error.reason)
            return None

    async def _kept(self, harvests: Sequence[FetchResult]) -> RemoteResults:
        """Save papers that are not stored yet; stored ones are kept, as search results have less detail.

        Papers that are one work are returned as one.
        """
        told = {paper.id: paper for harvest in reversed(harvests) for paper in harvest.papers}
        known = by_any_id(await self._store.papers.many([*told]))
        coming = set(told) - set(known)
        for harvest in harvests:
            fresh = tuple(paper for paper in harvest.papers if paper.id in coming)
            coming -= {paper.id for paper in fresh}
            more = (claims(paper, known[paper.id]) for paper in harvest.papers if paper.id in known)
            await self._keep(replace(harvest, papers=(*fresh, *filter(None, more))))
        stored = told | by_any_id(await self._store.papers.many([*told]))
        return RemoteResults(
            {each.source: tuple(dict.fromkeys(stored[paper.id] for paper in each.papers)) for each in harvests},
            {
                stored[seen.paper_id].id if seen.paper_id in stored else seen.paper_id: seen.votes
                for each in harvests
                for seen in each.observations
            },
            frozenset(stored[id].id for id in told if id not in known),
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
    # a stored paper may have been joined with one that a source has just returned
    joined = {alias for paper in passing.values() for alias in paper.aliases}
    own = [paper_id for paper_id in found.ids if paper_id not in joined]
    lists = [[paper.id for paper in papers if paper.id in passing] for papers in brought.papers.values()]
    added = [paper_id for paper_id in passing if paper_id not in set(own)]
    order = fused(own, *lists) if query.sort in (None, Order.RELEVANCE) else [*own, *added]
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
