"""When messages may go: turns from the budget that all workers share, and what becomes of those that were missed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.log import Log
from bot.domain.papers import DeliveryReason
from bot.domain.ports import Surface
from bot.domain.rate_limits import Rate
from bot.domain.requests import Chat
from bot.services.delivery.monotonic_clock import MonotonicClock
from bot.services.delivery.retry_policy import Retry
from bot.storage import Store

log = Log(__name__)

#: turns are drawn so far ahead of their messages: it hides how long the database takes, and who draws further ahead
#: takes turns that an answer to a person may need
_AHEAD = timedelta(seconds=0.2)
#: a turn begins so long after it is drawn, as the news of it takes about that
_LEAD = timedelta(seconds=0.01)


@dataclass(slots=True, kw_only=True)
class RateLimiter:
    """Those of one surface."""

    store: Store
    surface: Surface
    watch: MonotonicClock
    #: a turn that is further away is not waited for
    patience: timedelta
    #: what has to be done between the draw and the turn takes so long
    lead: Callable[[], timedelta] = lambda: timedelta(0)
    #: the newest that was drawn
    last: timedelta = timedelta(0)

    @property
    def until_next_draw(self) -> float:
        """Seconds until it is time to draw more."""
        return max(0.0, (self.last - self.watch.elapsed - _AHEAD).total_seconds())

    @property
    def at_once(self) -> int:
        """How many are drawn in one transaction."""
        each_second = self.surface.allowance.per_second
        return max(1, int(each_second * _AHEAD.total_seconds() / 2)) if each_second else 1_000

    async def draw(self, chats: Iterable[Chat]) -> list[timedelta | Retry]:
        """For a message to each chat the moment on the watch at which it may go, or when to come back."""
        allowance, name = self.surface.allowance, self.surface.name
        return await self._taken([allowance.rates(name, str(chat)) for chat in chats], 1, _LEAD + self.lead())

    async def wait(self, turn: timedelta) -> Retry | None:
        """Wait for a turn. One that was missed is left unused: a process that stood still would use all of its at once.

        Another one is drawn, twice as long each time, so that a machine that is always late becomes slow, not reckless.
        """
        limits = self._limits()
        slots = 1
        while True:
            await asyncio.sleep(max(0.0, (turn - self.watch.elapsed).total_seconds()))
            spare = sum(rate.interval for rate in limits.values()) * (slots - 1)
            late = timedelta(seconds=self.surface.allowance.lateness_seconds + spare) if limits else timedelta.max
            if self.watch.elapsed - turn <= late:
                return None
            log.info("a turn was missed", by_seconds=round((self.watch.elapsed - turn).total_seconds(), 3), slots=slots)
            slots *= 2
            (drawn,) = await self._taken([limits], slots, _LEAD)
            if isinstance(drawn, Retry):
                return drawn
            turn = drawn

    def _limits(self) -> Mapping[str, Rate]:
        """What all chats share: a chat's own turn was not missed by anybody else."""
        name = self.surface.name
        return {key: rate for key, rate in self.surface.allowance.rates(name, "").items() if key == name}

    async def _taken(
        self, wishes: Sequence[Mapping[str, Rate]], slots: int, lead: timedelta
    ) -> list[timedelta | Retry]:
        turns = await self.store.rates.take_each(wishes, patience=self.patience, lead=lead, slots=slots)
        now, moment = self.watch.elapsed, self.watch()
        code = DeliveryReason.RATE_LIMIT
        self.last = max([self.last, *(now + turn.wait for turn in turns if turn.granted)])
        return [now + turn.wait if turn.granted else Retry(at=moment + turn.wait, code=code) for turn in turns]
