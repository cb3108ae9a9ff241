"""In-flight limiter: limits how many deliveries of a surface a process sends concurrently."""

from __future__ import annotations

import asyncio


class InFlightLimiter:
    """Limits deliveries in flight; shared by all pipelines of a surface in this process."""

    def __init__(self, width: int) -> None:
        self._free = width
        #: smallest number worth a transaction
        self._least = max(1, width // 4)
        self._room = asyncio.Event()

    @property
    def room(self) -> asyncio.Event:
        """Return an event that is set at the next `release`. Get it before calling `take`."""
        return self._room

    def take(self, wanted: int) -> int:
        """Admit up to `wanted` deliveries and return their number; 0 if too few are free to start a batch."""
        taken = min(wanted, self._free)
        if taken < min(wanted, self._least):
            return 0
        self._free -= taken
        return taken

    def release(self, count: int) -> None:
        """Release the admissions of deliveries that have ended."""
        self._free += count
        self._room.set()
        self._room = asyncio.Event()
