"""Pure: what the states of sources that are listed by category mean for a subscription's digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from bot.domain.category_listings import BatchOutcome, CategoryState
from bot.query import parse
from bot.query.arxiv import listed_for
from bot.query.demand import demands, server_lists

#: any day will do, because categories do not depend on it
_ANY_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class CategoryLists:
    """The stored states of all categories."""

    states: Sequence[CategoryState] = ()

    def of(self, query: str) -> tuple[CategoryState, ...]:
        """Return the states of the categories that the text of a query asks for; none of categories never fetched."""
        names = _categories(query) if self.states else frozenset()
        return tuple(state for state in self.states if state.category in names)

    def newest(self, query: str, observed: datetime | None, until: datetime) -> datetime | None:
        """Return when a source of this query's papers last answered, by `until`, or None.

        `observed` is the time of the last observation of votes, which is what other queries depend on.
        """
        answered = (state.succeeded_at for state in self.of(query))
        known = [at for at in answered if at is not None and at <= until]
        return max([*known, observed] if observed else known, default=None)

    def late(self, query: str) -> tuple[CategoryState, ...]:
        """Return the categories of a query whose newest list is missing, or could not be read."""
        return tuple(state for state in self.of(query) if _is_late(state))

    def missing(self, query: str, day: date, since: datetime) -> bool:
        """Return whether the list of a day is still missing in a category of a query.

        It is not if a look after `since` found that there is none that day.
        """
        return any(_lacks(state, day, since) for state in self.of(query))


def newest_list(states: Iterable[CategoryState]) -> date | None:
    """Return the oldest of the days of the newest lists, or None if one has none."""
    days = [state.day for state in states]
    return None if None in days else min((day for day in days if day), default=None)


def _is_late(state: CategoryState) -> bool:
    return bool(state.trouble) or state.outcome is BatchOutcome.PENDING or state.outcome.overdue


def _lacks(state: CategoryState, day: date, since: datetime) -> bool:
    if state.day is not None and state.day >= day:
        return False
    looked = state.succeeded_at is not None and state.succeeded_at >= since
    return not (looked and state.outcome is BatchOutcome.QUIET)


@lru_cache(maxsize=10_000)
def _categories(query: str) -> frozenset[str]:
    asked = demands(parse(query, _ANY_DAY))
    return frozenset(
        name for demand in asked for name in (*demand.categories, *listed_for(demand), *server_lists(demand))
    )
