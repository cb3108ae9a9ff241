"""Assignment of gateway shards to processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ShardState(StrEnum):
    """State of a process's shards."""

    #: another process holds the lease; this one takes over when it ends
    WAITING = "waiting"
    #: holds the lease and is connecting
    LEASED = "leased"
    #: connected
    LISTENING = "listening"


@dataclass(frozen=True, slots=True)
class ShardRange:
    """Shards `first` to `last` of `count`, both inclusive."""

    first: int
    last: int
    count: int

    def overlaps(self, other: ShardRange) -> bool:
        """Return whether any server belongs to both ranges.

        A server belongs to shard `id % count`. Shards of different counts share servers if their numbers are
        congruent modulo the greatest common divisor of the counts; that matters while the number of shards changes.
        """
        common = math.gcd(self.count, other.count)
        return not self._residues(common).isdisjoint(other._residues(common))

    def covered_by(self, others: Sequence[ShardRange]) -> bool:
        """Return whether every server of this range belongs to at least one of the others."""
        modulus = math.lcm(self.count, *(other.count for other in others))
        return all(
            any(other.contains(server) for other in others) for server in range(modulus) if self.contains(server)
        )

    def contains(self, server: int) -> bool:
        """Return whether a server belongs to this range; `server` is its id without the lowest 22 bits."""
        return self.first <= server % self.count <= self.last

    def _residues(self, modulus: int) -> frozenset[int]:
        return frozenset(shard % modulus for shard in range(self.first, min(self.last + 1, self.first + modulus)))

    def __str__(self) -> str:
        return f"{self.first}-{self.last}/{self.count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardLease:
    """A process's claim on a range of shards."""

    #: id of the application whose gateway it is
    application: str
    #: unique name of the process
    owner: str
    shards: ShardRange


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardHolder:
    """Another process that holds, or waits for, some of the same shards."""

    lease: ShardLease
    state: ShardState
    #: its last heartbeat, and the end of its lease if it is not renewed
    heartbeat_at: datetime
    expires_at: datetime
