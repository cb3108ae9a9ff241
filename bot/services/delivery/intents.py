"""The write-ahead of sending: each message's intent is in the ledger just before it leaves, and not earlier.

What stands in the ledger as leaving when a worker is killed is in doubt, so nothing should stand there that still waits
for its turn. Intents whose turns come at about the same time are written in one transaction. A platform that drops
doubles leaves no doubt, so there the intents of many are written at once, before their turns are known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta

from bot.services.delivery.faults import Fault
from bot.services.delivery.preparation import Ready

#: what a write takes before anybody has measured it, in seconds, and how far that may be wrong
_MEAN, _DEVIATION = 0.015, 0.01
#: the most that a lead may be, in seconds
_LONGEST = 0.2


@dataclass(slots=True)
class Lead:
    """How long before its turn an intent is written: as long as a write takes, by the estimate of RFC 6298.

    A lead that is too short makes a message miss its turn; one that is too long leaves more in doubt after a crash.
    """

    _mean: float = _MEAN
    _deviation: float = _DEVIATION

    @property
    def length(self) -> timedelta:
        """Before the turn."""
        return timedelta(seconds=min(self._mean + 4 * self._deviation, _LONGEST))

    def took(self, seconds: float) -> None:
        """Learn from a write."""
        self._deviation += (abs(seconds - self._mean) - self._deviation) / 4
        self._mean += (seconds - self._mean) / 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Which intents were written."""

    #: the ids of those that may be sent
    ids: Set[int] = frozenset()
    #: those that a fault of ours keeps from it, each with the fault
    failed: Sequence[tuple[Ready, str]] = ()


@dataclass(slots=True)
class Intents:
    """Those of one sender."""

    #: writes those of several deliveries in one transaction
    begin: Callable[[Sequence[Ready]], Awaitable[Begun]]
    lead: Lead
    _waiting: list[_Intent] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def write(self, ready: Ready) -> bool:
        """Write that a delivery leaves; False where its claim was lost. Raise `Fault` where a fault of ours does."""
        clock = asyncio.get_running_loop().time
        began = clock()
        mine = _Intent(ready, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not mine.written.done():
                    # whoever is about to come joins
                    await asyncio.sleep(0)
                    await self._write_all()
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        self.lead.took(clock() - began)
        written = mine.written.result()
        if isinstance(written, Fault):
            raise written
        return written

    async def _write_all(self) -> None:
        some, self._waiting = self._waiting, []
        try:
            begun = await self.begin([each.ready for each in some])
        except BaseException:
            # each of the others tries for itself
            self._waiting = [*some, *self._waiting]
            raise
        faults = {ready.delivery.id: Fault(fault) for ready, fault in begun.failed}
        for each in some:
            id = each.ready.delivery.id
            each.written.set_result(faults.get(id, id in begun.ids))


@dataclass(slots=True, eq=False)
class _Intent:
    ready: Ready
    written: asyncio.Future[bool | Fault]
