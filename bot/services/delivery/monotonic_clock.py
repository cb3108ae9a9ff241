"""Time while a round goes on: the moment that it is told it began at, and the seconds since."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class MonotonicClock:
    """A clock that a jump of the wall clock cannot move."""

    def __init__(self, now: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._monotonic = monotonic
        self._started = monotonic()

    def __call__(self) -> datetime:
        """The moment."""
        return self._now + self.elapsed

    @property
    def elapsed(self) -> timedelta:
        """Since the beginning. Goes on while the process is stopped."""
        return timedelta(seconds=self._monotonic() - self._started)
