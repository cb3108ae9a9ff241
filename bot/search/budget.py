"""Rate limit of remote searches on behalf of people, separate from the daily lists."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.asker import current_asker
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.storage import Store
from bot.storage.metadata import SOURCE_BUDGET

log = Log(__name__)

#: queries in total and per person within so many seconds; Hugging Face allows 500 requests in five minutes
IN_ALL, OF_ONE, SECONDS = 60, 10, 300.0
#: key shared by all requests without a person
UNNAMED = ""
#: longest valid wait; a stored one that is longer comes from a clock that was set back
MOST = timedelta(seconds=SECONDS)


class SourceBudget:
    """Sliding-window rate limiter for queries to sources.

    Its size is bounded by the number of allowed queries, however many people ask.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        in_all: int = IN_ALL,
        of_one: int = OF_ONE,
        seconds: float = SECONDS,
    ) -> None:
        """`clock` returns monotonic seconds."""
        self._clock = clock
        self._in_all = in_all
        self._of_one = of_one
        self._seconds = seconds
        self._spent: deque[tuple[float, str]] = deque()

    def take(self, asker: str) -> bool:
        """Count a query and return True, or return False if the budget of this person or the total is used up."""
        if self.wait() or sum(who == asker for _, who in self._spent) >= self._of_one:
            return False
        self._spent.append((self._clock(), asker))
        return True

    def wait(self) -> float:
        """Return the seconds until a query is allowed, 0 if one is allowed now."""
        now = self._clock()
        while self._spent and now - self._spent[0][0] >= self._seconds:
            self._spent.popleft()
        return self._seconds - (now - self._spent[0][0]) if len(self._spent) >= self._in_all else 0.0


class Ration:
    """Draws from a budget, and records in the store when it is used up, so that every process can tell.

    Several rations of a process may share one budget.
    """

    def __init__(self, store: Store, budget: SourceBudget) -> None:
        self._store = store
        self._budget = budget
        self._told_until: datetime | None = None

    async def take(self, now: datetime) -> bool:
        """Count a query of the current person and return True, or return False if the budget is used up."""
        if self._budget.take(current_asker() or UNNAMED):
            return True
        if wait := self._budget.wait():
            await self._tell(now + timedelta(seconds=wait), now)
        return False

    async def _tell(self, until: datetime, now: datetime) -> None:
        if self._told_until and self._told_until - MOST <= now < self._told_until:
            return
        self._told_until = until
        log.info("budget of the sources used up", until=until.isoformat(timespec="seconds"))
        try:
            await self._store.notes.put(SOURCE_BUDGET, until.isoformat(), now, apart=True)
        except StoreError as error:
            log.warning("not noted", reason=str(error))
