"""How often the sources may be asked on behalf of people: a small budget of its own, beside the daily lists."""

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

#: questions in all and of one person, within so many seconds; Hugging Face takes 500 requests in five minutes
IN_ALL, OF_ONE, SECONDS = 60, 10, 300.0
#: who asks where nobody has been named; they share one person's part
UNNAMED = ""
#: nobody is sent away for longer, so a note about it that is older was made by a clock that has been set back
MOST = timedelta(seconds=SECONDS)


class SourceBudget:
    """A sliding window over the questions that were passed on to the sources.

    Holds at most as many entries as questions are allowed, whoever and however many ask.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        in_all: int = IN_ALL,
        of_one: int = OF_ONE,
        seconds: float = SECONDS,
    ) -> None:
        """`clock` counts seconds and never goes back."""
        self._clock = clock
        self._in_all = in_all
        self._of_one = of_one
        self._seconds = seconds
        self._spent: deque[tuple[float, str]] = deque()

    def take(self, asker: str) -> bool:
        """Whether the sources may be asked once more for somebody; counts it if so."""
        if self.wait() or sum(who == asker for _, who in self._spent) >= self._of_one:
            return False
        self._spent.append((self._clock(), asker))
        return True

    def wait(self) -> float:
        """Return the seconds until anybody's question may be passed on; 0 where one may be now."""
        now = self._clock()
        while self._spent and now - self._spent[0][0] >= self._seconds:
            self._spent.popleft()
        return self._seconds - (now - self._spent[0][0]) if len(self._spent) >= self._in_all else 0.0


class Ration:
    """The budget as questions draw from it, with a note in the store so that every process can tell when it is used up.

    One budget may serve several rations of a process.
    """

    def __init__(self, store: Store, budget: SourceBudget) -> None:
        self._store = store
        self._budget = budget
        self._told_until: datetime | None = None

    async def take(self, now: datetime) -> bool:
        """Whether the sources may be asked once more for whoever asks; counts it if so."""
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
