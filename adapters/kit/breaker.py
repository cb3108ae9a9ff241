"""Pure: a circuit breaker, which tells when nothing may be asked of a platform at all, and why."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Open:
    """Nothing may be asked for so many seconds."""

    seconds: float
    reason: str


@dataclass(slots=True, kw_only=True)
class CircuitBreaker:
    """Opens when it is told to, or by itself after too many refusals. Moments are seconds of any monotonic clock."""

    #: refusals within `window` seconds after which it opens by itself; 0: never
    most_refused: int = 0
    window: float = 0.0
    #: the reason in that case
    reason: str = "too many requests were refused"
    _until: float = field(default=-math.inf, init=False)
    _tripped_by: str = field(default="", init=False)
    _refused: deque[float] = field(default_factory=deque, init=False)

    def state(self, now: float) -> Open | None:
        """Return for how long it is open, and why; None where it is closed and requests may pass."""
        if now < self._until:
            return Open(self._until - now, self._tripped_by)
        while self._refused and now - self._refused[0] > self.window:
            self._refused.popleft()
        if self.most_refused and len(self._refused) >= self.most_refused:
            return Open(self._refused[0] + self.window - now, self.reason)
        return None

    def trip(self, now: float, seconds: float, reason: str) -> None:
        """Open it for a while; a shorter while does not end a longer one."""
        if now + seconds > self._until:
            self._until, self._tripped_by = now + seconds, reason

    def count_refusal(self, now: float) -> None:
        """Count a request that the platform holds against the bot."""
        if self.most_refused:
            self._refused.append(now)
