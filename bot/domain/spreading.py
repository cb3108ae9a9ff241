"""Spreading: when digests of one slot are sent if they are more than a platform carries in ten minutes. Pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.requests import Chat
from bot.domain.schedule import Schedule

_TEN_MINUTES = timedelta(minutes=10)
#: a third of a window is before the chosen time, but no more than this
LONGEST_LEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SlotWindow:
    """When the digests of a spread slot are sent."""

    starts_at: datetime
    ends_at: datetime

    def position(self, chat: Chat) -> datetime:
        """Return when the digests of a chat are sent: always at the same share of the window, in all its threads."""
        drawn = hashlib.blake2b(f"{chat.surface}:{chat.id}".encode(), digest_size=8).digest()
        return self.starts_at + (self.ends_at - self.starts_at) * (int.from_bytes(drawn) / 2**64)


@dataclass(frozen=True, slots=True)
class Spreading:
    """How many digests each surface carries in ten minutes; surfaces that are not named carry any number."""

    carries: Mapping[str, float] = field(default_factory=dict)

    def is_spread(self, surface: str, size: int) -> bool:
        """Return whether a slot with `size` digests is spread."""
        return size > self.carries.get(surface, math.inf)

    def length(self, surface: str, size: int) -> timedelta:
        """Return how long a slot takes; zero if it is not spread."""
        if not self.is_spread(surface, size):
            return timedelta(0)
        return _TEN_MINUTES * (size / self.carries[surface])

    def lead(self, surface: str, size: int) -> timedelta:
        """Return how long before its time a slot begins."""
        return min(self.length(surface, size) / 3, LONGEST_LEAD)

    def window(self, surface: str, schedule: Schedule, due_at: datetime, size: int) -> SlotWindow | None:
        """Return the window of a slot for one schedule; None if the slot is not spread.

        It does not begin before `due_at` if the digest waits for an announcement or if that would be the day before.
        """
        length = self.length(surface, size)
        if not length:
            return None
        starts_at = due_at - self.lead(surface, size)
        if schedule.announced or schedule.local_date(starts_at) != schedule.local_date(due_at):
            starts_at = due_at
        return SlotWindow(starts_at, starts_at + length)


#: every slot is sent at its time
NOT_SPREAD = Spreading()
