"""Collecting: which lists are due, fetching them from every source, and back-off after failures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol

from bot.domain.errors import FetchError, RateLimited, StoreError
from bot.domain.ports import Catalogue, CategoryListings, DailyLists
from bot.domain.sources import FetchResult, SourceState
from bot.domain.text import has_hole
from bot.services.category_collecting import CategoryCollector
from bot.services.visits import Visit, internal_error, log_rejected, log_visit, retry_at
from bot.sources.registry import asked_for
from bot.storage import Store
from bot.storage.fetch_results import SaveResult

#: how often a list is read again, by its age in days; votes move fast at first, and a list grows until its day is over
_PACE = ((1, timedelta(0)), (3, timedelta(hours=2)), (7, timedelta(hours=6)), (30, timedelta(hours=24)))
#: lists in one round, so that the first round of a new store answers soon and the next ones fill in the month
_LISTS_A_ROUND = 9
#: papers of lists of so many days are looked through for missing categories in every round, and all of them once a day
_RECENT, _WHOLE_EVERY = timedelta(days=60), timedelta(days=1)
#: ids that arXiv is asked about in one round: one request
_IDS_A_ROUND = 100
#: how long papers of the lists by category are looked up again that the catalogue did not know yet
_COMPLETED_WITHIN = timedelta(days=3)


def lists_due(now: datetime, fetched: Mapping[date, datetime]) -> list[date]:
    """Decide which list days to read at `now`, newest first, from when each was last read."""
    days = [now.date() - timedelta(days=age) for age in range(_PACE[-1][0] + 1)]
    return [day for day in days if day not in fetched or now - fetched[day] >= _pause(now.date() - day)]


def _pause(age: timedelta) -> timedelta:
    return next(pause for most, pause in _PACE if age.days <= most)


#: asks a source for one list, or for some papers
Fetch = Callable[[], Awaitable[FetchResult]]


async def _all(visits: Iterable[Awaitable[Visit]]) -> list[Visit]:
    """Return the results of all visits. An exception is raised after all of them have ended."""
    done = await asyncio.gather(*visits, return_exceptions=True)
    for each in done:
        if isinstance(each, BaseException):
            raise each
    return [each for each in done if isinstance(each, Visit)]


class SignalSource(Protocol):
    """A source of signals about papers that are stored."""

    @property
    def name(self) -> str:
        """Name of the source."""
        ...

    def fetches(self, now: datetime) -> AsyncIterator[Fetch]:
        """Yield the requests of one round."""
        ...


class Collector:
    """Fetches every source that is due and saves the results. A source that fails does not affect the others."""

    def __init__(
        self,
        store: Store,
        lists: Sequence[DailyLists] = (),
        completing: Catalogue | None = None,
        sample: Callable[[], FetchResult] | None = None,
        by_category: Sequence[CategoryListings] = (),
        signals: Sequence[SignalSource] = (),
    ) -> None:
        """`completing` knows the categories that the lists leave out.

        `sample` is kept when a round leaves the store empty, so that there is something to show. Sources `by_category`
        are asked only for categories that a subscription asks for. `signals` are read last, as they are about papers of
        the lists.
        """
        self._store = store
        self._lists = tuple(lists)
        self._completing = completing
        self._sample = sample
        self._signals = tuple(signals)
        self._categories = CategoryCollector(store, by_category)
        #: when all papers were last looked through for missing categories
        self._looked_through_at: datetime | None = None

    async def due(self, now: datetime, every: timedelta) -> bool:
        """Return whether the last round began at least `every` ago, or after now if the clock was set back."""
        by_category = {state.source for state in await self._store.category_lists.all()}
        states = [state for state in await self._store.sources.all() if state.name not in by_category]
        tried = [state.tried_at for state in states if state.tried_at]
        return not tried or abs(now - max(tried)) >= every

    async def tick(self, now: datetime, every: timedelta) -> None:
        """Run a round if one is due, else look only at the categories that are due: their lists move within minutes."""
        if await self.due(now, every):
            await self.round(now)
        else:
            await self._visit_categories(now)

    async def round(self, now: datetime, days: Sequence[date] = ()) -> tuple[Visit, ...]:
        """Fetch lists from all sources concurrently, then the metadata that the lists lack.

        Fetches the lists of `days`, by default those that are due, and then also the categories that are due.
        """
        states = {state.name: state for state in await self._store.sources.all()}

        def visit(source: DailyLists | Catalogue | SignalSource, fetches: AsyncIterator[Fetch]) -> Awaitable[Visit]:
            return self._visit(states.get(source.name) or SourceState(name=source.name), fetches, now)

        visits = await _all(visit(source, self._read_lists(source, days, now)) for source in self._lists)
        if self._completing:
            visits.append(await visit(self._completing, self._complete(self._completing, now)))
        if not days:
            visits += await self._visit_categories(now)
        if self._sample is not None and not await self._store.papers.newest_ids(1):
            await self._store.keep(self._sample())
        visits += await _all(visit(source, source.fetches(now)) for source in self._signals)
        return tuple(visits)

    async def _read_lists(self, source: DailyLists, days: Sequence[date], now: datetime) -> AsyncIterator[Fetch]:
        for day in days or lists_due(now, await self._store.fetched(source.name))[:_LISTS_A_ROUND]:
            yield partial(source.day, day, now)

    async def _visit_categories(self, now: datetime) -> list[Visit]:
        """Look at the categories that are due, and complete the papers that are new."""
        passes = await self._categories.run(now)
        visits = [each.visit for each in passes]
        new = [id for each in passes for id in each.new if self._is_completed(id)]
        if new and (source := self._completing):
            states = {state.name: state for state in await self._store.sources.all()}
            known = states.get(source.name) or SourceState(name=source.name)
            visits.append(await self._visit(known, self._completed(source, new, now), now))
        return visits

    def _is_completed(self, paper_id: str) -> bool:
        """Return whether the completing source is asked for a paper."""
        return self._completing is not None and asked_for(self._completing.name, paper_id)

    async def _completed(self, source: Catalogue, ids: Sequence[str], now: datetime) -> AsyncIterator[Fetch]:
        """Fetch what the lists lack of these papers: dates, and links to code in the comments of their authors."""
        for start in range(0, len(ids), _IDS_A_ROUND):
            yield self._details(source, ids[start : start + _IDS_A_ROUND], now)

    async def _complete(self, source: Catalogue, now: datetime) -> AsyncIterator[Fetch]:
        """Fetch what the lists lack of papers without categories, and of new ones that could not be completed."""
        ids = await self._without_categories(now)
        since = now.date() - _COMPLETED_WITHIN
        undated = await self._store.papers.undated(since, self._categories.names, _IDS_A_ROUND - len(ids))
        ids += filter(self._is_completed, undated)
        if ids:
            yield self._details(source, ids, now)

    async def _without_categories(self, now: datetime) -> list[str]:
        """Return papers without categories; old ones, such as those of an archive, until none of them is left."""
        last = self._looked_through_at
        whole = last is None or abs(now - last) >= _WHOLE_EVERY
        ids = await self._store.papers.without_categories(_IDS_A_ROUND, None if whole else now.date() - _RECENT)
        if whole and len(ids) < _IDS_A_ROUND:
            self._looked_through_at = now
        return ids

    def _details(self, source: Catalogue, ids: Sequence[str], now: datetime) -> Fetch:
        """Return the request for some papers.

        Titles and abstracts of the lists are kept because they are newer, except abstracts that lack words.
        """

        async def fetch() -> FetchResult:
            harvest = await source.papers(ids, now)
            holed = {paper.id for paper in await self._store.papers.many(ids) if has_hole(paper.abstract)}
            known = (paper if paper.id in holed else replace(paper, abstract="") for paper in harvest.papers)
            return replace(harvest, papers=tuple(replace(paper, title="", authors=()) for paper in known))

        return fetch

    async def _without_holes(self, harvest: FetchResult) -> FetchResult:
        """Return the result without abstracts that lack words if the store has complete ones."""
        holed = [paper.id for paper in harvest.papers if has_hole(paper.abstract)]
        whole = {paper.id for paper in await self._store.papers.many(holed) if not has_hole(paper.abstract)}
        if not whole:
            return harvest
        papers = (replace(paper, abstract="") if paper.id in whole else paper for paper in harvest.papers)
        return replace(harvest, papers=tuple(papers))

    async def _visit(self, state: SourceState, fetches: AsyncIterator[Fetch], now: datetime) -> Visit:
        """Fetch and save until the source has no more or fails, and record the outcome.

        A result that causes an internal error is skipped, and fetched again in the next round.
        """
        untouched = visit = Visit(source=state.name)
        if state.retry_at and state.retry_at > now:
            return replace(visit, trouble=state.trouble)
        started, new = time.monotonic(), False
        try:
            async for fetch in fetches:
                try:
                    harvest = await fetch()
                    new = bool(await self._kept(harvest)) or new
                    visit = visit.plus(harvest)
                except (FetchError, StoreError):
                    raise
                except Exception:
                    visit = replace(visit, trouble=internal_error(state.name))
        except FetchError as error:
            wait = error.retry_at if isinstance(error, RateLimited) else retry_at(now, state.failures + 1)
            await self._store.sources.failed(state.name, now, error.trouble, wait)
            visit = replace(visit, trouble=error.trouble)
        else:
            if visit is untouched:
                return visit
            if visit.trouble:
                await self._store.sources.failed(state.name, now, visit.trouble, None)
            else:
                await self._store.sources.succeeded(state.name, now, new=new)
        took_ms = round((time.monotonic() - started) * 1000)
        log_visit(visit, took_ms)
        return visit

    async def _kept(self, harvest: FetchResult) -> SaveResult:
        kept = await self._store.keep(await self._without_holes(harvest))
        log_rejected(harvest)
        return kept
