"""The limits of a server: so many messages a second to a chat, to a group within a minute, and in all."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

_MINUTE = 60.0


@dataclass(slots=True, kw_only=True)
class Floods:
    """What a bot may do, by a clock in seconds. 0 is without limit."""

    per_second: int = 30
    per_chat_second: int = 1
    #: at once, where nothing came before; a server lets a few through
    burst: int = 3
    per_group_minute: int = 20
    #: messages that were refused
    refused: int = 0
    _all: deque[float] = field(default_factory=deque)
    _chats: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    #: chats that are refused until a moment
    _closed: dict[int, float] = field(default_factory=dict)

    def close(self, chat: int, until: float) -> None:
        """Refuse everything to a chat until a moment."""
        self._closed[chat] = until

    def wait(self, chat: int, now: float) -> int:
        """Seconds for which a message is refused; 0 where it is taken."""
        wait = max(self._closed.get(chat, 0.0) - now, self._too_many(chat, now))
        if wait <= 0:
            self._all.append(now)
            self._chats[chat].append(now)
            return 0
        self.refused += 1
        return max(1, math.ceil(wait))

    def _too_many(self, chat: int, now: float) -> float:
        own = self._chats[chat]
        while self._all and self._all[0] <= now - 1:
            self._all.popleft()
        while own and own[0] <= now - _MINUTE:
            own.popleft()
        if self.per_second and len(self._all) >= self.per_second:
            return self._all[0] + 1 - now
        if chat < 0 and self.per_group_minute and len(own) >= self.per_group_minute:
            return own[0] + _MINUTE - now
        if self.per_chat_second and len(own) >= self.burst:
            return own[-self.burst] + self.burst / self.per_chat_second - now
        return 0.0
