"""Collecting from sources that are listed by category: only the categories that an active subscription asks for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.domain.category_listings import CategoryBatch, CategoryDemand, CategoryState
from bot.domain.errors import FetchError, RateLimited, StoreError
from bot.domain.ports import CategoryListings
from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble, TroubleCode
from bot.domain.sources import SourceState
from bot.query import parse
from bot.query.demand import demands
from bot.services.visits import Visit, internal_error, log_rejected, log_visit, retry_at
from bot.storage import Store
from bot.storage.fetch_results import SaveResult

#: categories in one pass over a source that allows a request in three seconds: one minute
_CATEGORIES_A_PASS = 20
#: consecutive failures after which the rest of the pass is left out, because the source itself must be down
_FAILURES_A_PASS = 3
#: how long the subscriptions are not read again
_DEMAND_FRESH = timedelta(minutes=1)
#: the shortest wait after a refusal because of too many requests, doubled with each further one: such refusals have
#: lasted for five hours
_FIRST_REFUSED, _LONGEST_REFUSED = timedelta(hours=1), timedelta(hours=8)
#: any day will do, because categories do not depend on it
_ANY_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class CategoryVisit:
    """Result of one pass over a source."""

    visit: Visit
    #: ids of papers that the store did not have
    new: tuple[str, ...] = ()


@dataclass(slots=True)
class _PassTally:
    """What a pass has brought so far."""

    visit: Visit
    new: list[str] = field(default_factory=list)
    brought: bool = False
    #: categories that were answered
    answered: int = 0
    #: consecutive failures
    failures: int = 0
    #: when to retry after the last failure
    until: datetime | None = None

    @property
    def looked(self) -> bool:
        """Whether any category was looked at."""
        return bool(self.answered or self.visit.trouble)

    @property
    def is_down(self) -> bool:
        """Whether the source itself seems to be down, and not one of its lists."""
        return bool(self.failures) and (not self.answered or self.failures >= _FAILURES_A_PASS or self.is_refused)

    @property
    def is_refused(self) -> bool:
        """Whether the source has refused because of too many requests."""
        return self.visit.trouble.code in (TroubleCode.RATE_LIMIT, TroubleCode.WAIT)

    def add(self, batch: CategoryBatch, kept: SaveResult) -> None:
        """Count a category that was answered."""
        self.visit, self.failures = self.visit.plus(batch.result), 0
        self.answered += 1
        self.new += sorted(kept.new)
        self.brought = self.brought or bool(kept)

    def add_failure(self, trouble: SourceTrouble, until: datetime) -> None:
        """Count a category that failed."""
        self.visit, self.until = replace(self.visit, trouble=trouble), until
        self.failures += 1


@dataclass(slots=True)
class CategoryCollector:
    """Looks at the categories that are asked for and due. A category that fails does not affect the others."""

    store: Store
    sources: Sequence[CategoryListings] = ()
    _demands: frozenset[CategoryDemand] = frozenset()
    _read_at: datetime | None = field(default=None, init=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sources."""
        return tuple(source.name for source in self.sources)

    async def run(self, now: datetime) -> list[CategoryVisit]:
        """Make one pass over every source with due categories. Return only passes that made or tried a request."""
        if not self.sources or not (asked := await self._asked(now)):
            return []
        states = {state.name: state for state in await self.store.sources.all()}
        passes = [
            await self._pass(source, states.get(source.name) or SourceState(name=source.name), asked, now)
            for source in self.sources
        ]
        return [each for each in passes if each is not None]

    async def _asked(self, now: datetime) -> frozenset[CategoryDemand]:
        """Return what the active subscriptions ask for, up to a minute old."""
        if self._read_at is None or abs(now - self._read_at) >= _DEMAND_FRESH:
            queries = await self.store.subscriptions.active_queries()
            self._demands = frozenset(demand for text in queries for demand in _demands_of(text))
            self._read_at = now
        return self._demands

    async def _pass(
        self, source: CategoryListings, known: SourceState, asked: frozenset[CategoryDemand], now: datetime
    ) -> CategoryVisit | None:
        wanted = {category for demand in asked for category in source.wanted(demand)}
        if not wanted or (known.retry_at and known.retry_at > now):
            return None
        states = await self.store.category_lists.of(source.name)
        due = _due(source, [states.get(name) or _unknown(source.name, name) for name in sorted(wanted)], now)
        return await self._look(source, known, due[:_CATEGORIES_A_PASS], now) if due else None

    async def _look(
        self, source: CategoryListings, known: SourceState, due: Sequence[CategoryState], now: datetime
    ) -> CategoryVisit | None:
        begun, tally = time.monotonic(), _PassTally(Visit(source=source.name))
        for state in due:
            if await self._has_moved(state):
                continue
            try:
                batch = await source.batch(state, now)
                tally.add(batch, await self._keep(state, batch, now))
            except StoreError:
                raise
            except Exception as error:
                trouble, until = await self._failed(state, known, error, now)
                tally.add_failure(trouble, until)
                if isinstance(error, RateLimited) or tally.failures >= _FAILURES_A_PASS:
                    break
        if not tally.looked:
            return None
        if tally.is_down:
            await self.store.sources.failed(source.name, now, tally.visit.trouble, tally.until)
        else:
            await self.store.sources.succeeded(source.name, now, new=tally.brought)
        log_visit(tally.visit, round((time.monotonic() - begun) * 1000))
        return CategoryVisit(tally.visit, tuple(tally.new))

    async def _has_moved(self, state: CategoryState) -> bool:
        """Return whether another process has looked at a category since this pass began."""
        current = await self.store.category_lists.get(state.source, state.category)
        return current is not None and current.tried_at != state.tried_at

    async def _keep(self, state: CategoryState, batch: CategoryBatch, now: datetime) -> SaveResult:
        """Save papers and state in one transaction."""
        moved = batch.outcome.moved
        after = replace(
            state,
            mark=batch.mark if moved else state.mark,
            day=batch.day if moved else state.day,
            new_at=now if moved else state.new_at,
            tried_at=now,
            succeeded_at=now,
            outcome=batch.outcome,
            failures=0,
            retry_at=None,
            trouble=NO_TROUBLE,
        )
        kept = await self.store.keep(batch.result, after)
        log_rejected(batch.result)
        return kept

    async def _failed(
        self, state: CategoryState, known: SourceState, error: Exception, now: datetime
    ) -> tuple[SourceTrouble, datetime]:
        """Record a failure of one category; what was stored of it stays. Return the reason and when to retry."""
        trouble = error.trouble if isinstance(error, FetchError) else internal_error(state.source)
        failures = state.failures + 1
        again = _after_refusal(error, known, now) if isinstance(error, RateLimited) else retry_at(now, failures)
        after = replace(state, tried_at=now, failures=failures, retry_at=again, trouble=trouble)
        await self.store.category_lists.put(after)
        return trouble, again


@lru_cache(maxsize=10_000)
def _demands_of(text: str) -> frozenset[CategoryDemand]:
    return frozenset(demands(parse(text, _ANY_DAY)))


def _unknown(source: str, category: str) -> CategoryState:
    return CategoryState(source=source, category=category)


def _due(source: CategoryListings, states: Sequence[CategoryState], now: datetime) -> list[CategoryState]:
    """Return the categories to look at, those that waited longest first."""
    at = [(max(filter(None, (source.next_look(state, now), state.retry_at))), state) for state in states]
    return [state for moment, state in sorted(at, key=lambda each: (each[0], each[1].category)) if moment <= now]


def _after_refusal(error: RateLimited, known: SourceState, now: datetime) -> datetime:
    """Return when to ask a source again that refused because of too many requests."""
    waited: timedelta = _FIRST_REFUSED * (1 << min(known.failures, 8))
    return max(error.retry_at, now + min(waited, _LONGEST_REFUSED))
