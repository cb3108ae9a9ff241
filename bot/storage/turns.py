"""Turns of sources that allow one request at a time to all processes of an installation."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import sqlalchemy as sa

from bot.domain.asker import current_asker
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.storage.database import Database
from bot.storage.rates import clock_of
from bot.storage.schema import source_turns
from bot.storage.upsert import claim_row

log = Log(__name__)

#: seconds between two attempts to get a turn; a shorter rest until the turn is free is not exceeded
_LONGEST_REST = 1.0
_SHORTEST_REST = 0.02
#: a turn that is taken for longer than this ahead was stored by a clock that was set back
_MAX_AHEAD = 120.0
#: seconds between two attempts of background work that leaves its turn to people
_YIELDING_REST = 0.1


class DatabaseTurns:
    """A lease per source in the database: one request at a time, and a minimum interval between them.

    Times are those of the database's clock, so the clocks of the processes do not matter. The lease of a process that
    died ends by itself. If the database cannot be written, requests are made without a turn, as reading must work then;
    each process still keeps to the interval by itself.

    People wait for two seconds only, while a round over many lists waits for hundreds of turns. So background work
    leaves every other turn to people of the same process that wait for one.
    """

    def __init__(self, database: Database, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._database = database
        self._sleep = sleep
        #: number of people that wait, by source
        self._waiting = Counter[str]()
        #: sources whose last turn in this process was a person's
        self._served: set[str] = set()

    @asynccontextmanager
    async def turn(self, name: str, pace: float, lease: float) -> AsyncIterator[None]:
        """Wait for the turn of a source and hold it for the time of one request, at most `lease` seconds.

        The next turn begins `pace` seconds after this one has ended, so that the source never gets two requests in a
        shorter time, however long connecting takes.
        """
        owner = secrets.token_hex(8)
        try:
            await self._wait(name, owner, lease)
        except StoreError as error:
            log.warning("request without a turn", source=name, reason=str(error)[:200])
            yield
            return
        try:
            yield
        finally:
            # a turn that cannot be returned ends with its lease
            with suppress(StoreError):
                await self._end(name, owner, pace)

    async def _wait(self, name: str, owner: str, lease: float) -> None:
        """Wait until the turn is taken."""
        is_person = current_asker() is not None
        self._waiting[name] += is_person
        try:
            while wait := await self._try(name, owner, lease, is_person=is_person):
                await self._sleep(min(max(wait, _SHORTEST_REST), _LONGEST_REST))
        finally:
            self._waiting[name] -= is_person
        (self._served.add if is_person else self._served.discard)(name)

    async def _try(self, name: str, owner: str, lease: float, *, is_person: bool) -> float:
        """Return 0 if the turn was taken, else the seconds until the next attempt."""
        if not is_person and self._waiting[name] and name not in self._served:
            return _YIELDING_REST
        return await self._take(name, owner, lease)

    async def _take(self, name: str, owner: str, lease: float) -> float:
        """Return 0 if the turn was taken, else the seconds until it is free."""
        free_at = source_turns.c.free_at
        async with self._database.read() as connection:
            # most waits end without a write transaction, of which SQLite has one for all processes
            now = await clock_of(connection)
            known = await connection.scalar(sa.select(free_at).where(source_turns.c.name == name))
        if isinstance(known, float) and now < known <= now + _MAX_AHEAD:
            return known - now
        async with self._database.write(apart=True) as connection:
            now = await clock_of(connection)
            free = (free_at <= now) | (free_at > now + _MAX_AHEAD)
            row = {"name": name, "owner": owner, "free_at": now + lease}
            taken = await claim_row(connection, source_turns, row, free)
        return 0.0 if taken else _SHORTEST_REST

    async def _end(self, name: str, owner: str, pace: float) -> None:
        own = (source_turns.c.name == name) & (source_turns.c.owner == owner)
        async with self._database.write(apart=True) as connection:
            free_at = await clock_of(connection) + pace
            await connection.execute(sa.update(source_turns).where(own).values(free_at=free_at))
