"""Leases of shards: which process listens to a range of shards, and which waits to take over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.sharding import ShardHolder, ShardLease, ShardState
from bot.storage.shards import Shards

#: how long a lease is valid without renewal
DURATION = timedelta(seconds=20)


class ShardLeases:
    """Acquires, renews and releases leases of shards. Methods raise `StoreError`."""

    def __init__(self, shards: Shards, clock: Callable[[], datetime]) -> None:
        self._shards = shards
        self._clock = clock

    async def acquire(self, lease: ShardLease, state: ShardState) -> ShardHolder | None:
        """Take or renew a lease for `DURATION`. Return None on success, else the process that holds some of the shards.

        A refused process counts as waiting until it has not asked for `DURATION`.
        """
        return await self._shards.acquire(lease, state, self._clock(), DURATION)

    async def holder(self, lease: ShardLease) -> ShardHolder | None:
        """Return another process that holds some of the shards; None if there is none. Changes nothing."""
        return await self._shards.holder(lease, self._clock())

    async def successors(self, lease: ShardLease) -> Sequence[ShardHolder]:
        """Return the processes that wait for some of the shards or have taken them over."""
        return await self._shards.others(lease, self._clock())

    async def release(self, lease: ShardLease) -> None:
        """Release a lease."""
        await self._shards.release(lease)
