"""Rate limits of platforms and the rate limiter (GCRA, one timestamp per budget)."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: seconds that a budget may be ahead; more means that the clock was set back
_MAX_AHEAD = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `count` messages in any window of `seconds`, up to `burst` of them at once."""

    count: float
    seconds: float
    burst: int = 1

    @property
    def interval(self) -> float:
        """Seconds between two messages once the burst is used up."""
        return self.seconds / (self.count - self.burst + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Rate limits of one bot token; 0 means unlimited."""

    #: messages per second to all chats, evenly spaced
    per_second: float = 0
    #: messages per second that the platform accepts; the excess over `per_second` is the tolerance for late messages
    taken_per_second: float = 0
    #: messages to one chat in any second and in any minute
    per_chat_second: float = 0
    per_chat_minute: float = 0

    def rates(self, surface: str, chat: str) -> dict[str, Rate]:
        """Return the budgets that a message to a chat uses, by their key in the store."""
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
        """How late a message may be sent without exceeding the platform's limit together with later, punctual ones.

        Half an interval if the platform's limit is unknown.
        """
        if not self.per_second:
            return math.inf
        room = (self.taken_per_second - 1) / self.per_second - 1
        return max(0.0, room) if self.taken_per_second else 0.5 / self.per_second

    @property
    def in_ten_minutes(self) -> float:
        """Messages per ten minutes; infinite without a limit."""
        return self.per_second * 600 or math.inf


@dataclass(frozen=True, slots=True)
class Budget:
    """State of a budget, as the moments (seconds since 1970) at which the next message may be sent."""

    #: for a digest: after all earlier messages
    digests: float = 0.0
    #: for a reply to a person: after other replies only
    answers: float = 0.0

    def open_at(self, rate: Rate, now: float, *, answer: bool) -> float:
        """Return the first moment at which one message may be sent."""
        moment = self.answers if answer else self.digests
        return max(now, min(moment, now + _MAX_AHEAD) - (rate.burst - 1) * rate.interval)

    def drawn(self, rate: Rate, at: float, *, answer: bool, slots: int = 1) -> Budget:
        """Return the budget after a message at `at`, or at any moment within the given number of slots.

        Digests yield to replies, but not the reverse.
        """
        step = rate.interval * slots
        digests = max(min(self.digests, at + _MAX_AHEAD), at) + step
        answers = max(min(self.answers, at + _MAX_AHEAD), at) + step if answer else self.answers
        return Budget(digests, answers)
