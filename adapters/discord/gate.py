"""Pure: when nothing may be asked of Discord at all, and why."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

#: refused requests in ten minutes after which we stop by ourselves. Discord bans an address at 10,000, for all who
#: share it, so that several workers must stay below that together
MOST_REFUSED, WINDOW = 1_000, 600.0
#: the answer of who stands in front of Discord is a ban; it is told again only after so long
BANNED, REVOKED = 600.0, 900.0


@dataclass(frozen=True, slots=True)
class Shut:
    """Nothing goes out for so many seconds."""

    seconds: float
    reason: str


@dataclass(slots=True)
class Gate:
    """Moments are seconds of any clock that only goes forward."""

    _until: float = -math.inf
    _reason: str = ""
    _refused: deque[float] = field(default_factory=deque)

    def shut(self, now: float) -> Shut | None:
        """Whether it is shut."""
        if now < self._until:
            return Shut(self._until - now, self._reason)
        while self._refused and now - self._refused[0] > WINDOW:
            self._refused.popleft()
        if len(self._refused) >= MOST_REFUSED:
            reason = f"Discord has refused {MOST_REFUSED:,} requests in ten minutes; we wait, to be spared its ban"
            return Shut(self._refused[0] + WINDOW - now, reason)
        return None

    def close(self, now: float, seconds: float, reason: str) -> None:
        """Let nothing out for a while."""
        if now + seconds > self._until:
            self._until, self._reason = now + seconds, reason

    def refused(self, now: float) -> None:
        """Count a request that Discord holds against us: 401, 403, or 429 where the limit is our own."""
        self._refused.append(now)
