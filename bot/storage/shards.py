"""Shard leases: which process is connected to which gateway shards."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.sharding import ShardHolder, ShardLease, ShardRange, ShardState
from bot.storage.database import Database
from bot.storage.schema import shard_leases
from bot.storage.upsert import upsert

#: key of an advisory lock: ranges of different shard counts overlap in ways that no unique key can express, so only one
#: process at a time checks and writes the leases
LOCK = 7_270_274


class Shards:
    """One row per process that holds or waits for shards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def acquire(
        self, lease: ShardLease, state: ShardState, now: datetime, duration: timedelta
    ) -> ShardHolder | None:
        """Acquire the shards or renew the lease. Return None if this owner now holds them.

        Otherwise return the process that holds any of them, and record this owner as waiting.
        """
        async with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            await connection.execute(
                sa.delete(shard_leases).where(
                    shard_leases.c.application == lease.application, shard_leases.c.expires_at <= now
                )
            )
            holder = await _holder(connection, lease, now)
            row = {
                "application": lease.application,
                "owner": lease.owner,
                "first_shard": lease.shards.first,
                "last_shard": lease.shards.last,
                "shard_count": lease.shards.count,
                "state": ShardState.WAITING if holder else state,
                "heartbeat_at": now,
                "expires_at": now + duration,
            }
            await upsert(connection, shard_leases, [row])
        return holder

    async def holder(self, lease: ShardLease, now: datetime) -> ShardHolder | None:
        """Return the other process that holds any of the shards, or None."""
        async with self._database.read() as connection:
            return await _holder(connection, lease, now)

    async def others(self, lease: ShardLease, now: datetime) -> list[ShardHolder]:
        """Return all other processes that hold or wait for any of the shards, newest heartbeat first."""
        async with self._database.read() as connection:
            return await _others(connection, lease, now)

    async def release(self, lease: ShardLease) -> None:
        """Release the shards. Idempotent."""
        gone = sa.delete(shard_leases).where(
            shard_leases.c.application == lease.application, shard_leases.c.owner == lease.owner
        )
        async with self._database.write() as connection:
            await connection.execute(gone)


async def _holder(connection: AsyncConnection, lease: ShardLease, now: datetime) -> ShardHolder | None:
    others = await _others(connection, lease, now)
    return next((other for other in others if other.state is not ShardState.WAITING), None)


async def _others(connection: AsyncConnection, lease: ShardLease, now: datetime) -> list[ShardHolder]:
    query = (
        sa.select(shard_leases)
        .where(
            shard_leases.c.application == lease.application,
            shard_leases.c.owner != lease.owner,
            shard_leases.c.expires_at > now,
        )
        .order_by(shard_leases.c.heartbeat_at.desc(), shard_leases.c.owner)
    )
    found = (_read(row) for row in await connection.execute(query))
    return [other for other in found if other.lease.shards.overlaps(lease.shards)]


def _read(row: sa.Row[tuple[object, ...]]) -> ShardHolder:
    values = row._mapping
    shards = ShardRange(values["first_shard"], values["last_shard"], values["shard_count"])
    return ShardHolder(
        lease=ShardLease(application=values["application"], owner=values["owner"], shards=shards),
        state=ShardState(values["state"]),
        heartbeat_at=values["heartbeat_at"],
        expires_at=values["expires_at"],
    )
