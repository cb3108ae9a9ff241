"""Admission control: limits concurrent transactions, and reserves connections for the ledger.

Requests arrive in bursts. Without a limit below the pool size they would use every connection and delay due digests,
so the delivery worker has a lane of its own (`for_ledger`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum

#: maximum number of concurrent transactions, and how many of these are reserved for the ledger
AT_ONCE, RESERVED = 12, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Timeouts of the database in seconds."""

    #: PostgreSQL: for a lock; less than a third of a lease
    lock: float = 10.0
    #: PostgreSQL: for a statement; less than a lease
    statement: float = 60.0
    #: for a free connection or the write lock, per lane
    people: float = 15.0
    ledger: float = 30.0


class Lane(Enum):
    """Who uses the database."""

    PEOPLE = "people"
    LEDGER = "ledger"


_lane: ContextVar[Lane] = ContextVar("lane", default=Lane.PEOPLE)


@contextmanager
def for_ledger() -> Iterator[None]:
    """Use the ledger's lane in this context and in tasks started within it."""
    token = _lane.set(Lane.LEDGER)
    try:
        yield
    finally:
        _lane.reset(token)


class Full(Exception):
    """No connection or write lock became free in time."""


class Connections:
    """Semaphore for concurrent transactions, below the size of the pool."""

    def __init__(self, waits: Waits, at_once: int = AT_ONCE, reserved: int = RESERVED) -> None:
        self._waits = waits
        self._all = asyncio.Semaphore(at_once)
        self._people = asyncio.Semaphore(at_once - reserved)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold the permission to use one connection. Raise `Full`."""
        lane = _lane.get()
        async with AsyncExitStack() as held:
            for semaphore in (self._people, self._all) if lane is Lane.PEOPLE else (self._all,):
                await _acquire_within(semaphore, _timeout(self._waits, lane))
                held.callback(semaphore.release)
            yield


class WriteTurns:
    """Write lock of the process, fair between lanes: if both wait, they alternate."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits
        self._taken = False
        self._last = Lane.PEOPLE
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {lane: deque() for lane in Lane}

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold the write lock. Raise `Full`."""
        lane = _lane.get()
        if self._taken:
            await self._wait(lane)
        self._taken, self._last = True, lane
        try:
            yield
        finally:
            self._hand_over()

    async def _wait(self, lane: Lane) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting[lane].append(turn)
        try:
            async with asyncio.timeout(_timeout(self._waits, lane)):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                # the lock was granted at the moment of the timeout
                self._hand_over()
            elif turn in self._waiting[lane]:
                self._waiting[lane].remove(turn)
            if isinstance(error, TimeoutError):
                raise Full from None
            raise

    def _hand_over(self) -> None:
        """Hand the lock to the next waiter without releasing it in between."""
        order = (Lane.PEOPLE, Lane.LEDGER) if self._last is Lane.LEDGER else (Lane.LEDGER, Lane.PEOPLE)
        for lane in order:
            while self._waiting[lane]:
                turn = self._waiting[lane].popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._taken = False


def _timeout(waits: Waits, lane: Lane) -> float:
    return waits.ledger if lane is Lane.LEDGER else waits.people


async def _acquire_within(semaphore: asyncio.Semaphore, seconds: float) -> None:
    if not semaphore.locked():
        await semaphore.acquire()
        return
    try:
        async with asyncio.timeout(seconds):
            await semaphore.acquire()
    except TimeoutError:
        raise Full from None
