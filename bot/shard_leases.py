"""The leases of shards, for a surface: who listens, who waits, and when the one takes over from the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sharding import ShardHolder, ShardLease, ShardState
from bot.store.shards import Shards

#: a process that has not renewed its lease for so long has lost it to whoever waits
DURATION = timedelta(seconds=20)


class ShardLeases:
    """Every method may raise `StoreError`."""

    def __init__(self, shards: Shards, clock: Callable[[], datetime]) -> None:
        self._shards = shards
        self._clock = clock

    async def acquire(self, lease: ShardLease, state: ShardState) -> ShardHolder | None:
        """Take or renew a lease; None where it is this owner's for `DURATION`, otherwise who has any of the shards.

        Who is refused is known to wait until it has asked no more for `DURATION`.
        """
        return await self._shards.acquire(lease, state, self._clock(), DURATION)

    async def holder(self, lease: ShardLease) -> ShardHolder | None:
        """Who else has any of the shards; None where nobody has. It only reads."""
        return await self._shards.holder(lease, self._clock())

    async def successor(self, lease: ShardLease) -> ShardHolder | None:
        """The process that waits for the shards, or has taken them over; None where there is none."""
        return next(iter(await self._shards.others(lease, self._clock())), None)

    async def release(self, lease: ShardLease) -> None:
        """Leave the shards to whoever wants them."""
        await self._shards.release(lease)
