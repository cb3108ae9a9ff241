"""Collecting: which lists are due, fetching them from every source, and back-off after failures."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol

from bot.domain.errors import FetchError, RateLimited, StoreError
from bot.domain.log import Log
from bot.domain.ports import Catalogue, DailyLists
from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult, SourceState
from bot.domain.text import has_hole
from bot.storage import Store

log = Log(__name__)

#: how often a list is read again, by its age in days; votes move fast at first, and a list grows until its day is over
_PACE = ((1, timedelta(0)), (3, timedelta(hours=2)), (7, timedelta(hours=6)), (30, timedelta(hours=24)))
#: lists in one round, so that the first round of a new store answers soon and the next ones fill in the month
_LISTS_A_ROUND = 9
#: ids that arXiv is asked about in one round: one request
_IDS_A_ROUND = 100
#: the wait after a failure, doubled with each further one
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Result of collecting one source in one round."""

    source: str
    papers: int = 0
    observations: int = 0
    #: repositories and stories that were read
    signals: int = 0
    rejected: int = 0
    requests: int = 0
    #: why it ended early
    trouble: SourceTrouble = NO_TROUBLE

    def plus(self, harvest: FetchResult) -> Visit:
        """Return the visit with one more fetch result counted."""
        return replace(
            self,
            papers=self.papers + len(harvest.papers),
            observations=self.observations + len(harvest.observations),
            signals=self.signals + len(harvest.repositories) + len(harvest.stories),
            rejected=self.rejected + len(harvest.rejected),
            requests=self.requests + harvest.requests,
        )

    def facts(self) -> dict[str, str | int]:
        """Return the numbers, and the problem as a clause, for logs and output."""
        return {**asdict(self), "trouble": str(self.trouble)}


def lists_due(now: datetime, fetched: Mapping[date, datetime]) -> list[date]:
    """Decide which list days to read at `now`, newest first, from when each was last read."""
    days = [now.date() - timedelta(days=age) for age in range(_PACE[-1][0] + 1)]
    return [day for day in days if day not in fetched or now - fetched[day] >= _pause(now.date() - day)]


def _pause(age: timedelta) -> timedelta:
    return next(pause for most, pause in _PACE if age.days <= most)


def retry_at(now: datetime, failures: int) -> datetime:
    """Return when to retry after this many consecutive failures, including the current one."""
    doubled: timedelta = _FIRST_WAIT * (1 << min(failures - 1, 16))
    return now + min(_LONGEST_WAIT, doubled)


#: asks a source for one list, or for some papers
Fetch = Callable[[], Awaitable[FetchResult]]


def _internal_error(source: str) -> SourceTrouble:
    """Log a result that caused an internal error; return the reason for /status."""
    reference = os.urandom(4).hex()
    log.exception("harvest passed over", source=source, reference=reference)
    return SourceTrouble(TroubleCode.INTERNAL, reference)


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
        signals: Sequence[SignalSource] = (),
    ) -> None:
        """`completing` knows the categories that the lists leave out.

        `signals` are read last, as they are about papers of the lists.
        `sample` is kept when a round leaves the store empty, so that there is something to show.
        """
        self._store = store
        self._lists = tuple(lists)
        self._completing = completing
        self._sample = sample
        self._signals = tuple(signals)

    async def due(self, now: datetime, every: timedelta) -> bool:
        """Return whether the last round began at least `every` ago, or after now if the clock was set back."""
        tried = [state.tried_at for state in await self._store.sources.all() if state.tried_at]
        return not tried or abs(now - max(tried)) >= every

    async def tick(self, now: datetime, every: timedelta) -> None:
        """Run a round if one is due."""
        if await self.due(now, every):
            await self.round(now)

    async def round(self, now: datetime, days: Sequence[date] = ()) -> tuple[Visit, ...]:
        """Fetch lists from all sources concurrently, then the metadata that the lists lack.

        Fetches the lists of `days`, by default those that are due.
        """
        states = {state.name: state for state in await self._store.sources.all()}

        def visit(source: DailyLists | Catalogue | SignalSource, fetches: AsyncIterator[Fetch]) -> Awaitable[Visit]:
            return self._visit(states.get(source.name) or SourceState(name=source.name), fetches, now)

        visits = await _all(visit(source, self._read_lists(source, days, now)) for source in self._lists)
        if self._completing:
            visits.append(await visit(self._completing, self._complete(self._completing, now)))
        if self._sample is not None and await self._store.papers.count() == 0:
            await self._store.keep(self._sample())
        visits += await _all(visit(source, source.fetches(now)) for source in self._signals)
        return tuple(visits)

    async def _read_lists(self, source: DailyLists, days: Sequence[date], now: datetime) -> AsyncIterator[Fetch]:
        for day in days or lists_due(now, await self._store.fetched(source.name))[:_LISTS_A_ROUND]:
            yield partial(source.day, day, now)

    async def _complete(self, source: Catalogue, now: datetime) -> AsyncIterator[Fetch]:
        """Fetch the categories of papers that have none.

        Titles and abstracts of the lists are kept because they are newer, except abstracts that lack words.
        """

        async def fetch(ids: Sequence[str]) -> FetchResult:
            harvest = await source.papers(ids, now)
            holed = {paper.id for paper in await self._store.papers.many(ids) if has_hole(paper.abstract)}
            known = (paper if paper.id in holed else replace(paper, abstract="") for paper in harvest.papers)
            return replace(harvest, papers=tuple(replace(paper, title="", authors=()) for paper in known))

        if ids := await self._store.papers.without_categories(_IDS_A_ROUND):
            yield partial(fetch, ids)

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
        started = time.monotonic()
        try:
            async for fetch in fetches:
                try:
                    visit = visit.plus(await self._kept(await fetch()))
                except (FetchError, StoreError):
                    raise
                except Exception:
                    visit = replace(visit, trouble=_internal_error(state.name))
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
                await self._store.sources.succeeded(state.name, now)
        took_ms = round((time.monotonic() - started) * 1000)
        (log.warning if visit.trouble else log.info)("fetched", **visit.facts(), took_ms=took_ms)
        return visit

    async def _kept(self, harvest: FetchResult) -> FetchResult:
        saved = await self._store.keep(await self._without_holes(harvest))
        # papers that were asked for by id had gaps, which are filled now
        completed = harvest.papers if harvest.day is None else ()
        if saved.papers or saved.listings or saved.signals or completed:
            await self._store.sources.brought(harvest.source, harvest.seen_at)
        for piece in harvest.rejected:
            log.warning(
                "rejected", source=harvest.source, day=str(harvest.day or ""), what=piece.what, reason=piece.reason
            )
        return harvest
