"""When an answer to a person may go: its turn in the budgets that all processes share, checked for lateness."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.logs import Log
from bot.models import Chat
from bot.rates import Allowance, Rate
from bot.store.rates import Turn

log = Log(__name__)

#: a turn begins so long after it is drawn, as the news of it takes about that
_LEAD = timedelta(seconds=0.01)


class Budgets(Protocol):
    """Where turns are drawn: `store.rates`."""

    async def take_each(
        self,
        wishes: Sequence[Mapping[str, Rate]],
        *,
        patience: timedelta,
        lead: timedelta,
        slots: int,
        answer: bool,
    ) -> list[Turn]:
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
    """Wait until one message may go to a chat; return False where that would take longer than `patience`.

    A turn that was missed, as the process stood still, is left unused: everything that waited would otherwise leave at
    once. Another one is drawn from what all chats share, twice as long each time, so that it is met in the end.
    """
    limits = allowance.rates(chat.surface, str(chat))
    # a chat's own turn was not missed by anybody else
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
    """Seconds by which a message may be late that has drawn so many slots."""
    return sum(rate.interval for rate in rates.values()) * (slots - 1)
