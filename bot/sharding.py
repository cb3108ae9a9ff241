"""Pure: which process listens to which shards of a gateway."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ShardState(StrEnum):
    """How far a process is with its shards."""

    #: another process has them, and this one takes over when that one ends
    WAITING = "waiting"
    #: it has the lease, and connects
    LEASED = "leased"
    #: it listens
    LISTENING = "listening"


@dataclass(frozen=True, slots=True)
class ShardRange:
    """Shards `first` to `last` of `count`, both included."""

    first: int
    last: int
    count: int

    def overlaps(self, other: ShardRange) -> bool:
        """Whether any server belongs to both.

        A server belongs to shard `id % count`. Shards of different counts share servers where their numbers are equal
        modulo the greatest common divisor of the counts, as during a change from one number of shards to another.
        """
        common = math.gcd(self.count, other.count)
        return not self._residues(common).isdisjoint(other._residues(common))

    def _residues(self, modulus: int) -> frozenset[int]:
        return frozenset(shard % modulus for shard in range(self.first, min(self.last + 1, self.first + modulus)))

    def __str__(self) -> str:
        return f"{self.first}-{self.last}/{self.count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardLease:
    """What a process wants to listen to."""

    #: whose gateway it is: the application's id
    application: str
    #: the process, by a name that no other one has
    owner: str
    shards: ShardRange


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardHolder:
    """Another process that has, or waits for, some of the same shards."""

    lease: ShardLease
    state: ShardState
    #: when it was heard of last, and until when the shards are its own without being renewed
    heartbeat_at: datetime
    expires_at: datetime
