"""Pure: how many messages a platform takes, and when the next one may go (GCRA: one moment for each budget)."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: a budget's moment is never further ahead than this; if it is, somebody has set the clock back
_FARTHEST = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `count` messages in any window of `seconds`, up to `burst` of them at once."""

    count: float
    seconds: float
    burst: int = 1

    @property
    def interval(self) -> float:
        """Seconds from one message to the next where none were saved up."""
        return self.seconds / (self.count - self.burst + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one bot token may do; 0 is without limit."""

    #: messages to all chats in a second, one after the other at the same distance
    per_second: float = 0
    #: messages that the platform lets arrive within any one second; what is more than `per_second` is room for those
    #: that leave late
    taken_per_second: float = 0
    #: messages to one chat within any second and within any minute
    per_chat_second: float = 0
    per_chat_minute: float = 0

    def rates(self, surface: str, chat: str) -> dict[str, Rate]:
        """The budgets that a message to a chat draws from, each by its key in the store."""
        rates: dict[str, Rate] = {}
        if self.per_second:
            rates[surface] = Rate(count=self.per_second, seconds=1)
        if self.per_chat_second:
            rates[f"{chat} second"] = Rate(count=self.per_chat_second, seconds=1)
        if self.per_chat_minute:
            burst = max(1, math.floor(self.per_chat_minute / 2))
            rates[f"{chat} minute"] = Rate(count=self.per_chat_minute, seconds=60, burst=burst)
        return rates

    @property
    def lateness_seconds(self) -> float:
        """How late a message may leave, so that those behind it, which are on time, do not come too near to it.

        In any second there are then at most as many as the platform takes; where that is not known, half a distance.
        """
        if not self.per_second:
            return math.inf
        room = (self.taken_per_second - 1) / self.per_second - 1
        return max(0.0, room) if self.taken_per_second else 0.5 / self.per_second

    @property
    def in_ten_minutes(self) -> float:
        """How many messages go out in ten minutes; infinite where nothing limits them."""
        return self.per_second * 600 or math.inf


@dataclass(frozen=True, slots=True)
class Budget:
    """What has been drawn, as the moments (seconds since 1970) at which the next message may go."""

    #: for a digest: behind everything that was drawn
    digests: float = 0.0
    #: for an answer to a person: behind other answers only
    answers: float = 0.0

    def open_at(self, rate: Rate, now: float, *, answer: bool) -> float:
        """The first moment at which one message may go."""
        moment = self.answers if answer else self.digests
        return max(now, min(moment, now + _FARTHEST) - (rate.burst - 1) * rate.interval)

    def drawn(self, rate: Rate, at: float, *, answer: bool, slots: int = 1) -> Budget:
        """The budget after one message at a moment, or at any up to the end of so many slots.

        Digests make room for answers, never the other way round.
        """
        step = rate.interval * slots
        digests = max(min(self.digests, at + _FARTHEST), at) + step
        answers = max(min(self.answers, at + _FARTHEST), at) + step if answer else self.answers
        return Budget(digests, answers)
