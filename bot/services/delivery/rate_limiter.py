"""Rate limiter of a surface: acquires times to send from the budget that all workers share."""

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

#: how far ahead turns are acquired: it hides the latency of the database; more would take turns from answers to people
_AHEAD = timedelta(seconds=0.2)
#: delay between acquiring a turn and its start, about the latency of the database
_LEAD = timedelta(seconds=0.01)


@dataclass(slots=True, kw_only=True)
class RateLimiter:
    """Acquires turns for one surface from the stored budget; a turn is the time at which a message may be sent."""

    store: Store
    surface: Surface
    monotonic: MonotonicClock
    #: longest wait for a turn; a longer one becomes a `Retry`
    patience: timedelta
    #: time needed between acquiring a turn and sending
    lead: Callable[[], timedelta] = lambda: timedelta(0)
    #: the latest acquired turn
    last: timedelta = timedelta(0)

    @property
    def until_next_acquire(self) -> float:
        """Return the seconds until more turns should be acquired."""
        return max(0.0, (self.last - self.monotonic.elapsed - _AHEAD).total_seconds())

    @property
    def at_once(self) -> int:
        """Return how many turns are acquired in one transaction."""
        each_second = self.surface.allowance.per_second
        return max(1, int(each_second * _AHEAD.total_seconds() / 2)) if each_second else 1_000

    async def acquire(self, chats: Iterable[Chat]) -> list[timedelta | Retry]:
        """Return for each chat the time since the start at which its message may be sent, or when to try again."""
        allowance, name = self.surface.allowance, self.surface.name
        return await self._taken([allowance.rates(name, str(chat)) for chat in chats], 1, _LEAD + self.lead())

    async def wait(self, turn: timedelta) -> Retry | None:
        """Wait for a turn; return when to try again if there is none within `patience`.

        A missed turn is not used, because a process that was suspended would use all of its turns at once. Another one
        is acquired instead, twice as long each time, so that a machine that is always late becomes slow.
        """
        limits = self._limits()
        slots = 1
        while True:
            await asyncio.sleep(max(0.0, (turn - self.monotonic.elapsed).total_seconds()))
            spare = sum(rate.interval for rate in limits.values()) * (slots - 1)
            late = timedelta(seconds=self.surface.allowance.lateness_seconds + spare) if limits else timedelta.max
            if self.monotonic.elapsed - turn <= late:
                return None
            log.info(
                "a turn was missed", by_seconds=round((self.monotonic.elapsed - turn).total_seconds(), 3), slots=slots
            )
            slots *= 2
            (acquired,) = await self._taken([limits], slots, _LEAD)
            if isinstance(acquired, Retry):
                return acquired
            turn = acquired

    def _limits(self) -> Mapping[str, Rate]:
        """Return the limits that all chats share; a chat's own limit is not affected by a missed turn."""
        name = self.surface.name
        return {key: rate for key, rate in self.surface.allowance.rates(name, "").items() if key == name}

    async def _taken(
        self, wishes: Sequence[Mapping[str, Rate]], slots: int, lead: timedelta
    ) -> list[timedelta | Retry]:
        rate_limiter = await self.store.rates.take_each(wishes, patience=self.patience, lead=lead, slots=slots)
        now, moment = self.monotonic.elapsed, self.monotonic()
        code = DeliveryReason.RATE_LIMIT
        self.last = max([self.last, *(now + turn.wait for turn in rate_limiter if turn.granted)])
        return [now + turn.wait if turn.granted else Retry(at=moment + turn.wait, code=code) for turn in rate_limiter]
