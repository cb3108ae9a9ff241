"""How many deliveries of a surface a worker has in flight: never more than the window is wide."""

from __future__ import annotations

import asyncio


class InFlightLimiter:
    """Shared by everybody who sends for the surface in this process."""

    def __init__(self, width: int) -> None:
        self._free = width
        #: fewer at once are not worth a transaction
        self._least = max(1, width // 4)
        self._room = asyncio.Event()

    @property
    def room(self) -> asyncio.Event:
        """Is set when somebody gives back something from now on; to be had before `take` is asked."""
        return self._room

    def take(self, wanted: int) -> int:
        """How many of the wanted ones may go into flight now; 0 where that is too few to begin with."""
        taken = min(wanted, self._free)
        if taken < min(wanted, self._least):
            return 0
        self._free -= taken
        return taken

    def give_back(self, count: int) -> None:
        """So many are not in flight any more."""
        self._free += count
        self._room.set()
        self._room = asyncio.Event()
