"""Recovery from a restored backup: deliveries that may have been sent already are parked as uncertain."""

from __future__ import annotations

from datetime import datetime

from bot.domain.log import Log
from bot.domain.spreading import NOT_SPREAD, Spreading
from bot.services.delivery.high_water_mark import HighWaterMark
from bot.storage import Store
from bot.storage.generations import Generation
from bot.storage.metadata import HIGH_WATER_MARK, RESTORED

log = Log(__name__)

#: rows that are changed in one transaction
_AT_ONCE = 300


class Recovery:
    """Compares the database with the newest generation that is known outside of it."""

    def __init__(self, store: Store, mark: HighWaterMark, spreading: Spreading = NOT_SPREAD) -> None:
        """`spreading` says which digests may have been sent before they were due."""
        self._store = store
        self._spreading = spreading
        self._mark = mark
        self._noted: str | None = None

    async def check(self, now: datetime) -> int:
        """Park the deliveries that a restored copy may send again, and return their number.

        Call it before anything is planned or claimed. Raise `StoreError`.
        """
        state = await self._store.generations.read(now)
        known = await self._newest(state)
        if known.is_ahead_of(state):
            # the mark is written after the database: read again, a database that was not restored is not behind it
            state = await self._store.generations.read(now)
        parked = await self._park(known, state, now) if known.is_ahead_of(state) else 0
        await self._mark.raise_to(self._store.generations.newest or state)
        await self._note(now)
        return parked

    async def passed(self) -> None:
        """Store the generation that was just committed. Call it before the messages are sent."""
        if newest := self._store.generations.newest:
            await self._mark.raise_to(newest)

    async def _newest(self, state: Generation) -> Generation:
        """Return the newest generation of the same database that this process or the file knows."""
        known = await self._mark.read(state.database_id)
        found = [each for each in (known, self._store.generations.newest) if each and each.is_ahead_of(state)]
        return max(found, key=lambda each: each.number, default=state)

    async def _park(self, known: Generation, state: Generation, now: datetime) -> int:
        parked = 0
        while some := await self._store.deliveries.park_restored(known.raised_at, now, _AT_ONCE, self._spreading):
            parked += some
        await self._store.generations.surpass(known, now)
        await self._store.notes.put(RESTORED, str(parked), now)
        log.warning(
            "restored copy of the database detected",
            generation=state.number,
            known_generation=known.number,
            sent_until=known.raised_at.isoformat(),
            uncertain=parked,
        )
        return parked

    async def _note(self, now: datetime) -> None:
        """Record for `paperboy doctor` whether the mark can be written."""
        if self._noted is None:
            stored = await self._store.notes.get(HIGH_WATER_MARK)
            self._noted = stored[0] if stored else ""
        if self._mark.trouble != self._noted:
            await self._store.notes.put(HIGH_WATER_MARK, self._mark.trouble, now)
            self._noted = self._mark.trouble
