"""Asynchronous search: follows the store, keeps the index up to date and queries it in a thread pool."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.search_results import SearchResults
from bot.domain.supervisor import Supervisor
from bot.query import MOST_WORDS, Order, Query
from bot.search.expansion import corrected
from bot.search.feedback import FEEDBACK_PAPERS
from bot.search.following import Follower
from bot.search.index import Damaged, Hit, Index, checked
from bot.search.passages import passages
from bot.search.prior import FUSED_MARGIN, LEXICAL_MARGIN, Prior, nearly_tied
from bot.search.ranking import FirstPass, first_pass, learned_from, second_pass
from bot.search.tiers import Candidate, close, matching
from bot.search.topic import Closeness, Judgement, Topic, topic_of
from bot.storage import Store

if TYPE_CHECKING:
    # imports numpy, which only the extra `semantic` installs
    from bot.search.hybrid import HybridRanking
    from bot.search.semantic import SemanticSearch

log = Log(__name__)

#: concurrent searches; more than one per core gains nothing
THREADS = 2
#: papers on the concepts of a topic that are scored by the relevance model
CANDIDATES = 300
#: seconds between two synchronizations with the store, and seconds a search waits for the first one
_PAUSE = 15.0
_PATIENCE = 3.0
#: seconds after which a process starts to compute embeddings; a program that runs a single query ends earlier
_ENCODING_DELAY = 10.0

T = TypeVar("T")


class Finder:
    """Searches the stored papers. Results reflect the current state of the index, which may still be growing."""

    def __init__(
        self, store: Store, index: Index, meaning: SemanticSearch | None = None, supervisor: Supervisor | None = None
    ) -> None:
        self._store = store
        self._index = index
        self._meaning = meaning
        self._hybrid = self._ranking(meaning)
        self._threads = ThreadPoolExecutor(THREADS, "search")
        self._follower = Follower(store, index)
        self._catching_up: asyncio.Task[int] | None = None
        self._encoding: asyncio.Task[int] | None = None
        self._caught_up_at = -_PAUSE
        #: reports failing steps; the owner may pass its own
        self._supervisor = supervisor or Supervisor()

    def _ranking(self, meaning: SemanticSearch | None) -> HybridRanking | None:
        if meaning is None:
            return None
        from bot.search.hybrid import HybridRanking

        return HybridRanking(self._index, meaning)

    @classmethod
    async def open(
        cls, store: Store, directory: Path, meaning: SemanticSearch | None = None, supervisor: Supervisor | None = None
    ) -> Finder:
        """Return a finder with its index in `directory`. Raise `OSError` or `ValueError` if no index can be opened
        there.
        """
        return cls(store, await asyncio.to_thread(Index, directory), meaning, supervisor)

    async def close(self) -> None:
        """Wait for running work and shut down the thread pool."""
        if self._meaning and self._encoding:
            self._meaning.stop()
            await asyncio.wait({self._encoding})
        await self._follower.close()
        if self._catching_up:
            await asyncio.wait({self._catching_up})
        await asyncio.to_thread(self._threads.shutdown)

    @property
    def complete(self) -> bool:
        """Whether the index contains all stored papers except the newest few."""
        return self._follower.complete

    @property
    def index(self) -> Index:
        """The index; its methods block."""
        return self._index

    @property
    def semantic(self) -> SemanticSearch | None:
        """Search by meaning; None where that is off."""
        return self._meaning

    async def find(self, query: Query, limit: int, prior: Prior | None = None) -> SearchResults | None:
        """Return at most `limit` papers on a topic, in the order that the query asks for. Never raises for any input.

        With a `prior`, newer and more popular papers rank slightly higher. Return None if the index is empty or
        damaged; a damaged one is rebuilt in the background.
        """
        return await self._guarded(lambda: self._find(query, limit, prior))

    async def _guarded(self, answer: Callable[[], Awaitable[T]]) -> T | None:
        await self._catch_up()
        if not self._follower.usable and not self._follower.complete:
            return None
        try:
            return await answer()
        except (OSError, ValueError, Damaged) as error:
            self._follower.damaged(error)
            self._caught_up_at = -_PAUSE
            return None

    async def _find(self, query: Query, limit: int, prior: Prior | None) -> SearchResults:
        if query.sort in (Order.NEW, Order.VOTES) or not query.texts:
            return await self._sorted(query, limit)
        lookup = await self._run(lambda: _lookup(self._index, query))
        if lookup.topic.narrow:
            return await self._on_topic(lookup, limit, prior)
        hits = await self._ranked(lookup, " ".join(query.texts), limit)
        margin = FUSED_MARGIN if self._hybrid else LEXICAL_MARGIN
        expanded = lookup.first.expanded

        def ordered() -> tuple[Sequence[str], int]:
            ids = _titled_first([hit.id for hit in _expected(hits, prior, margin)], lookup.titled)
            return ids, self._index.count(query, expanded, len(expanded.each))

        ids, exact = await self._run(ordered)
        return SearchResults(ids=ids, exact=exact, corrected=dict(expanded.corrected))

    async def _ranked(self, lookup: _Lookup, meaning: str, limit: int) -> Sequence[Hit]:
        """Return the best hits by words, and where there is an encoder by `meaning`, a text."""
        depth = max(limit, self._hybrid.depth) if self._hybrid else limit
        hits: Sequence[Hit] = await self._run(lambda: second_pass(self._index, lookup.first, depth))
        return await self._hybrid.rank(lookup.first.query, meaning, hits, limit) if self._hybrid else hits

    async def _on_topic(self, lookup: _Lookup, limit: int, prior: Prior | None) -> SearchResults:
        """Return the papers that match the topic, most relevant first, followed by the other results."""
        topic, hits = lookup.topic, lookup.candidates.values()
        papers = None
        if lookup.first.query.either:
            papers = {paper.id: paper for paper in await self._store.papers.many(list(lookup.candidates))}
        closeness = await self._closeness(topic, list(lookup.candidates))
        judged = await self._run(lambda: [*_judged(topic, hits, papers, closeness.get)])
        matches, near = matching(judged, prior), close(judged)
        # after a list of matches nobody reads on to papers that only come close
        if len(matches) < limit:
            found = await self._ranked(lookup, topic.text, limit)
            known = {*matches, *near}
            near += [hit.id for hit in found if hit.id not in known]
        return SearchResults(
            ids=[*_titled_first(matches, lookup.titled), *_titled_first(near, lookup.titled)],
            exact=len(matches),
            at_least=len(hits) == CANDIDATES,
            near=frozenset(near),
            corrected=dict(lookup.first.expanded.corrected),
        )

    async def _closeness(self, topic: Topic, paper_ids: Sequence[str]) -> Mapping[str, float]:
        """Return how close papers are to a topic in meaning, by paper id; empty where meaning does not count."""
        return await self._meaning.closeness(topic.text, paper_ids) if self._meaning and topic.by_meaning else {}

    async def like(self, paper: Paper, limit: int) -> list[Paper] | None:
        """Return up to `limit` papers similar to `paper`, most similar first, without itself; None if there is no
        index.
        """
        return await self._guarded(lambda: self._like(paper, limit))

    async def _like(self, paper: Paper, limit: int) -> list[Paper]:
        depth = max(limit + 1, self._hybrid.depth) if self._hybrid else limit + 1
        hits: Sequence[Hit] = await self._run(lambda: _about(self._index, paper, depth))
        if self._hybrid:
            hits = await self._hybrid.like(paper, hits, limit + 1)
        others = [hit.id for hit in hits if hit.id != paper.id][:limit]
        return await self._store.papers.many(others)

    async def count(self, query: Query) -> int:
        """Return the number of papers that contain every significant word of the query and pass its filters."""
        expanded = await self._run(lambda: self._index.expanded(query))
        return await self._run(lambda: self._index.count(query, expanded, len(expanded.each)))

    async def status(self) -> tuple[int, str]:
        """Return the number of papers in the index, and the cursor up to which it has followed the store."""
        return await self._run(lambda: (self._index.papers(), self._index.cursor))

    async def rebuild(self) -> int:
        """Clear the index and rebuild it from the store. Return the number of papers."""
        return await self._follower.rebuild()

    async def follow(self) -> int:
        """Add what changed in the store since the last call to the index. Return the number of papers."""
        return await self._follower.follow()

    async def _sorted(self, query: Query, limit: int) -> SearchResults:
        """Return papers ordered by date or votes: those with all words, or else those with all but one."""
        order = Order.VOTES if query.sort is Order.VOTES else Order.NEW
        expanded = await self._run(lambda: self._index.expanded(query))
        topic = topic_of(corrected(query, expanded.corrected))
        if topic.narrow:
            about = await self._run(lambda: self._index.about(query, topic.concepts, CANDIDATES, order))
            known = {paper.id: paper for paper in await self._store.papers.many([hit.id for hit in about])}
            close_to = (await self._closeness(topic, list(known))).get
            judged = [hit.id for hit in about if hit.id in known and topic.judge(known[hit.id], hit.votes, close_to)]
            if judged:
                return SearchResults(ids=judged, exact=len(judged), corrected=dict(expanded.corrected))
        most = len(expanded.each)
        for least in (most, most - 1) if most > 1 else (most,):
            hits = await self._run(lambda least=least: self._index.sorted(query, expanded, least, order, limit))  # type: ignore[misc]
            if hits:
                break
        exact = await self._run(lambda: self._index.count(query, expanded, most))
        ids = [hit.id for hit in hits]
        if topic.narrow:
            return SearchResults(ids=ids, exact=0, near=frozenset(ids), corrected=dict(expanded.corrected))
        return SearchResults(ids=ids, exact=exact, corrected=dict(expanded.corrected))

    async def _catch_up(self) -> None:
        """Synchronize with the store in the background; wait for it only while the index is unusable."""
        now = asyncio.get_running_loop().time()
        if now - self._caught_up_at >= _PAUSE:
            self.start()
        if not self._follower.counted:
            await self._follower.count()
        if self._catching_up and not self._follower.usable:
            await self._follower.wait(self._catching_up, _PATIENCE)

    def start(self) -> None:
        """Start synchronizing with the store in the background, unless that is running."""
        if self._catching_up and not self._catching_up.done():
            return
        self._caught_up_at = asyncio.get_running_loop().time()
        # an empty context, so that nothing of the request that starts it, such as its transaction, is inherited
        self._catching_up = asyncio.create_task(self._supervised(self.follow()), context=Context())
        if self._meaning and (self._encoding is None or self._encoding.done()):
            self._encoding = asyncio.create_task(
                self._supervised(self._meaning.follow(_ENCODING_DELAY)), context=Context()
            )

    async def caught_up(self) -> None:
        """Wait until the synchronization has ended; for programs that run a single query."""
        self.start()
        if self._catching_up:
            await asyncio.wait({self._catching_up})

    async def _supervised(self, following: Coroutine[object, object, int]) -> int:
        """Run one synchronization; a failure is logged and retried with the next search after the pause."""
        taken = 0

        async def step() -> None:
            nonlocal taken
            taken = await following

        await self._supervisor.attempt("index", step)
        return taken

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, checked, work)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What the index says about a query before any paper is read."""

    first: FirstPass
    #: what the query is about, with its spelling corrected
    topic: Topic
    #: the papers that may match a narrow topic, by id
    candidates: Mapping[str, Hit]
    #: ids of papers with the query as their title
    titled: frozenset[str]


def _lookup(index: Index, query: Query) -> _Lookup:
    first = first_pass(index, query, FEEDBACK_PAPERS)
    topic = topic_of(corrected(query, first.expanded.corrected))
    about = index.about(query, topic.concepts, CANDIDATES) if topic.narrow else []
    return _Lookup(first, topic, {hit.id: hit for hit in about}, index.titled(" ".join(query.texts)))


def _judged(
    topic: Topic, hits: Iterable[Hit], papers: Mapping[str, Paper] | None, closeness: Closeness
) -> Iterator[Candidate]:
    """Yield the hits with their judgements. The index has applied the query's own filters.

    `papers` are needed for a query with alternatives, which have filters of their own.
    """
    for hit in hits:
        if papers is None:
            judgement: Judgement | None = topic.assess(hit.id, hit.passages, closeness)
        else:
            paper = papers.get(hit.id)
            relevance = topic.judge(paper, hit.votes, closeness) if paper else None
            judgement = Judgement(relevance, matches=True) if relevance else None
        if judgement:
            yield Candidate(hit.id, hit.day, hit.votes, judgement)


def _titled_first(ids: Sequence[str], titled: frozenset[str]) -> Sequence[str]:
    """Return ids with those first whose title equals the query."""
    return sorted(ids, key=lambda paper_id: paper_id not in titled) if titled else ids


def _expected(hits: Sequence[Hit], prior: Prior | None, margin: float) -> Sequence[Hit]:
    """Order the hits by score, and nearly tied ones by their prior."""
    if prior is None:
        return hits
    factors = {hit.id: prior.factor_of(hit.day, hit.votes) for hit in hits}
    places = nearly_tied([(hit.id, hit.score) for hit in hits], factors, margin)
    return sorted(hits, key=lambda hit: places[hit.id])


def _about(index: Index, paper: Paper, limit: int) -> list[Hit]:
    """Return the papers found by the title of a paper and by the stems learned from it alone."""
    query = Query(words=tuple(f"{paper.title} {' '.join(paper.keywords)}".casefold().split())[:MOST_WORDS])
    first = FirstPass(query, index.expanded(query), ())
    return learned_from(index, first, [(1.0, passages(paper))], limit)
