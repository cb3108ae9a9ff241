"""Write-ahead log of sending: the intent of each message is written to the ledger just before the message is sent.

Messages with an intent but no outcome are uncertain after a crash, so none should have an intent while it waits for its
turn. Intents whose turns come at about the same time are written in one transaction (a group commit). On a platform
that drops duplicates by nonce nothing becomes uncertain, so intents are written in batches before turns are acquired.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta

from bot.services.delivery.faults import Fault
from bot.services.delivery.preparation import Ready

#: initial estimate of the duration of a write, and its deviation, in seconds
_MEAN, _DEVIATION = 0.015, 0.01
#: longest lead, in seconds
_LONGEST = 0.2


@dataclass(slots=True)
class Lead:
    """How long before its turn an intent is written: the duration of a write, estimated as in RFC 6298.

    A lead that is too short makes a message miss its turn; one that is too long leaves more in doubt after a crash.
    """

    _mean: float = _MEAN
    _deviation: float = _DEVIATION

    @property
    def length(self) -> timedelta:
        """Return the time before the turn."""
        return timedelta(seconds=min(self._mean + 4 * self._deviation, _LONGEST))

    def record(self, seconds: float) -> None:
        """Update the estimate with the duration of one write."""
        self._deviation += (abs(seconds - self._mean) - self._deviation) / 4
        self._mean += (seconds - self._mean) / 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The intents that were written, and those that failed."""

    #: ids of deliveries that may be sent
    ids: Set[int] = frozenset()
    #: deliveries that failed with an internal error, each with its reference
    failed: Sequence[tuple[Ready, str]] = ()


@dataclass(slots=True)
class Intents:
    """Writes the intents of one sender, those that arrive together in one transaction."""

    #: writes the intents of several deliveries in one transaction
    begin: Callable[[Sequence[Ready]], Awaitable[Begun]]
    lead: Lead
    _waiting: list[_Intent] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def write(self, ready: Ready) -> bool:
        """Write the intent of a delivery. Return False if its claim was lost. Raise `Fault` after an internal error."""
        clock = asyncio.get_running_loop().time
        began = clock()
        mine = _Intent(ready, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not mine.written.done():
                    # let tasks that are ready join the same transaction
                    await asyncio.sleep(0)
                    await self._write_all()
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        self.lead.record(clock() - began)
        written = mine.written.result()
        if isinstance(written, Fault):
            raise written
        return written

    async def _write_all(self) -> None:
        some, self._waiting = self._waiting, []
        try:
            begun = await self.begin([each.ready for each in some])
        except BaseException:
            # the other tasks retry their own intents
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
