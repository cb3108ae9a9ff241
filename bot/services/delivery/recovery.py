"""What happens when an older copy of the database is put back: what it may send again is listed instead."""

from __future__ import annotations

from datetime import datetime

from bot.domain.log import Log
from bot.services.delivery.high_water_mark import HighWaterMark
from bot.storage import Store
from bot.storage.generations import Generation
from bot.storage.metadata import HIGH_WATER_MARK, RESTORED

log = Log(__name__)

#: rows that are changed in one transaction
_AT_ONCE = 300


class Recovery:
    """Compares the database with the newest generation that is known outside of it."""

    def __init__(self, store: Store, mark: HighWaterMark) -> None:
        self._store = store
        self._mark = mark
        self._noted: str | None = None

    async def check(self, now: datetime) -> int:
        """Park whatever a restored copy may send again; return how many deliveries that were.

        To be called before anything is planned or claimed. Raises `StoreError`.
        """
        state = await self._store.generations.read(now)
        known = await self._newest(state)
        if known.is_ahead_of(state):
            # the mark follows the database: read after it, a database that was never set back is not behind it
            state = await self._store.generations.read(now)
        parked = await self._park(known, state, now) if known.is_ahead_of(state) else 0
        await self._mark.raise_to(self._store.generations.newest or state)
        await self._note(now)
        return parked

    async def passed(self) -> None:
        """Keep the generation that was just committed; to be called before the messages leave."""
        if newest := self._store.generations.newest:
            await self._mark.raise_to(newest)

    async def _newest(self, state: Generation) -> Generation:
        """The newest that this process or the file knows of the same database."""
        known = await self._mark.read(state.database_id)
        found = [each for each in (known, self._store.generations.newest) if each and each.is_ahead_of(state)]
        return max(found, key=lambda each: each.number, default=state)

    async def _park(self, known: Generation, state: Generation, now: datetime) -> int:
        parked = 0
        while some := await self._store.deliveries.park_restored(known.raised_at, now, _AT_ONCE):
            parked += some
        await self._store.generations.surpass(known, now)
        await self._store.notes.put(RESTORED, str(parked), now)
        log.warning(
            "an older copy of the database was put back",
            generation=state.number,
            known_generation=known.number,
            sent_until=known.raised_at.isoformat(),
            uncertain=parked,
        )
        return parked

    async def _note(self, now: datetime) -> None:
        """Let `paperboy doctor` know whether the mark can be kept."""
        if self._noted is None:
            noted = await self._store.notes.get(HIGH_WATER_MARK)
            self._noted = noted[0] if noted else ""
        if self._mark.trouble != self._noted:
            await self._store.notes.put(HIGH_WATER_MARK, self._mark.trouble, now)
            self._noted = self._mark.trouble
