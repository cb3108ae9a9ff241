"""Rate limiting of answers: a turn in the budgets shared by all processes, checked for lateness."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.domain.log import Log
from bot.domain.rate_limits import Allowance, Rate
from bot.domain.requests import Chat
from bot.storage.rates import Acquisition

log = Log(__name__)

#: a turn begins this long after it is acquired, because the result takes about as long to arrive
_LEAD = timedelta(seconds=0.01)


class Budgets(Protocol):
    """Interface of the stored budgets: `store.rates`."""

    async def take_each(
        self,
        wishes: Sequence[Mapping[str, Rate]],
        *,
        patience: timedelta,
        lead: timedelta,
        slots: int,
        answer: bool,
    ) -> list[Acquisition]:
        """As `Rates.take_each`."""
        ...


async def wait_for_turn(
    budgets: Budgets,
    allowance: Allowance,
    chat: Chat,
    patience: timedelta,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> bool:
    """Wait until one message may be sent to a chat. Return False if that would take longer than `patience`.

    A turn that was missed because the process stalled is left unused; otherwise everything that waited would be sent at
    once. Another one is acquired from the shared budget, twice as long each time.
    """
    limits = allowance.rates(chat.surface, str(chat))
    # the chat's own limit need not be acquired again
    shared = {key: rate for key, rate in limits.items() if key == chat.surface}
    slots = 1
    while True:
        (turn,) = await budgets.take_each([limits], patience=patience, lead=_LEAD, slots=slots, answer=True)
        if not turn.granted:
            return False
        due = clock() + turn.wait.total_seconds()
        await sleep(max(0.0, due - clock()))
        late = clock() - due
        if not shared or late <= allowance.lateness_seconds + _spare(shared, slots):
            return True
        log.info("an answer's turn was missed", surface=chat.surface, by_seconds=round(late, 3), slots=slots)
        limits, slots = shared, 2 * slots


def _spare(rates: Mapping[str, Rate], slots: int) -> float:
    """Return by how many seconds a message with this many slots may be late."""
    return sum(rate.interval for rate in rates.values()) * (slots - 1)
