"""Monotonic clock of a batch: a start time and the time elapsed since, independent of the system clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class MonotonicClock:
    """A clock that is not affected by changes of the system time."""

    def __init__(self, now: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._monotonic = monotonic
        self._started = monotonic()

    def __call__(self) -> datetime:
        """Return the current time, in UTC."""
        return self._now + self.elapsed

    @property
    def elapsed(self) -> timedelta:
        """Return the time since the start, including time in which the process was suspended."""
        return timedelta(seconds=self._monotonic() - self._started)
