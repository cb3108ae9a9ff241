"""The write-ahead of sending: each message's intent is in the ledger just before it leaves, and not earlier.

What stands in the ledger as leaving when a worker is killed is in doubt, so nothing should stand there that still waits
for its turn. Intents whose turns come at about the same time are written in one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.deliver.preparing import Ready

#: what a write takes before anybody has measured it, and the most that is believed, in seconds
_FIRST, _MOST = 0.02, 0.2
#: an intent is written so many times the usual length of a write before its turn
_SPARE = 1.5
#: how much of the last measurement is forgotten with each new one
_FADING = 0.8


@dataclass(slots=True)
class Lead:
    """How long before its turn an intent is written: as long as a write took lately."""

    #: where a crash leaves no doubt, intents are written as soon as turns are known, many in one transaction
    at_once: bool = False
    _seconds: float = _FIRST

    @property
    def length(self) -> timedelta:
        """Before the turn."""
        return timedelta.max if self.at_once else timedelta(seconds=self._seconds)

    def took(self, seconds: float) -> None:
        """Learn from a write."""
        self._seconds = min(max(seconds * _SPARE, self._seconds * _FADING), _MOST)


@dataclass(slots=True)
class Intents:
    """Those of one sender."""

    #: writes those of several deliveries in one transaction; the ids of those that may be sent
    begin: Callable[[Sequence[Ready]], Awaitable[set[int]]]
    lead: Lead
    _waiting: list[_Intent] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def write(self, ready: Ready, until_turn: Callable[[], timedelta]) -> bool:
        """Write that a delivery leaves, when its turn is near; False where its claim was lost."""
        if not self.lead.at_once:
            await asyncio.sleep(max(0.0, (until_turn() - self.lead.length).total_seconds()))
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
        return mine.written.result()

    async def _write_all(self) -> None:
        some, self._waiting = self._waiting, []
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            begun = await self.begin([each.ready for each in some])
        except BaseException:
            # each of the others tries for itself
            self._waiting = [*some, *self._waiting]
            raise
        self.lead.took(clock() - began)
        for each in some:
            each.written.set_result(each.ready.delivery.id in begun)


@dataclass(slots=True, eq=False)
class _Intent:
    ready: Ready
    written: asyncio.Future[bool]
