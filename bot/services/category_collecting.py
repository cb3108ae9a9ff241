"""Collecting from sources that are listed by category: only the categories that an active subscription asks for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.domain.category_listings import BatchOutcome, CategoryBatch, CategoryDemand, CategoryState
from bot.domain.errors import FetchError, RateLimited, StoreError
from bot.domain.ports import CategoryListings
from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble
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
    ) -> CategoryVisit:
        visit, began, failures, answered = Visit(source=source.name), time.monotonic(), 0, False
        new: list[str] = []
        brought = False
        until: datetime | None = None
        for state in due:
            try:
                batch = await source.batch(state, now)
                kept = await self._keep(state, batch, now)
            except StoreError:
                raise
            except Exception as error:
                failures += 1
                trouble, until = await self._failed(state, known, error, now)
                visit = replace(visit, trouble=trouble)
                if isinstance(error, RateLimited) or failures >= _FAILURES_A_PASS:
                    break
            else:
                visit, failures, answered = visit.plus(batch.result), 0, True
                new, brought = [*new, *sorted(kept.new)], brought or bool(kept)
        if visit.trouble and (not answered or failures):
            await self.store.sources.failed(source.name, now, visit.trouble, until)
        else:
            await self.store.sources.succeeded(source.name, now, new=brought)
        log_visit(visit, round((time.monotonic() - began) * 1000))
        return CategoryVisit(visit, tuple(new))

    async def _keep(self, state: CategoryState, batch: CategoryBatch, now: datetime) -> SaveResult:
        """Save papers and state in one transaction."""
        moved = batch.outcome is BatchOutcome.NEW
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
