"""A circuit breaker: while it is open, no request may be made to a platform. Time is an argument."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Open:
    """The state of an open breaker: no request for `seconds` seconds."""

    seconds: float
    reason: str


@dataclass(slots=True, kw_only=True)
class CircuitBreaker:
    """Open when tripped, or automatically after too many refused requests. Times are seconds of any monotonic clock."""

    #: refusals within `window` seconds after which it opens automatically; 0: never
    most_refused: int = 0
    window: float = 0.0
    #: the reason given when it opens automatically
    reason: str = "too many requests were refused"
    _until: float = field(default=-math.inf, init=False)
    _tripped_by: str = field(default="", init=False)
    _refused: deque[float] = field(default_factory=deque, init=False)

    def state(self, now: float) -> Open | None:
        """Return how long it stays open, and why; None if it is closed and requests may pass."""
        if now < self._until:
            return Open(self._until - now, self._tripped_by)
        while self._refused and now - self._refused[0] > self.window:
            self._refused.popleft()
        if self.most_refused and len(self._refused) >= self.most_refused:
            return Open(self._refused[0] + self.window - now, self.reason)
        return None

    def trip(self, now: float, seconds: float, reason: str) -> None:
        """Open it for `seconds`; a shorter period does not replace a longer one."""
        if now + seconds > self._until:
            self._until, self._tripped_by = now + seconds, reason

    def count_refusal(self, now: float) -> None:
        """Count a request that the platform refused."""
        if self.most_refused:
            self._refused.append(now)
