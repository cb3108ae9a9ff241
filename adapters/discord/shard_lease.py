"""The lease of this process' shards."""

from __future__ import annotations

from adapters.kit.leases import LeaseManager, Leases
from bot.domain.sharding import ShardHolder, ShardLease


def managed(leases: Leases, lease: ShardLease) -> LeaseManager:
    """Return the manager of a lease of shards."""
    return LeaseManager(leases, lease, "shards", _waiting_reason)


def _waiting_reason(lease: ShardLease, holder: ShardHolder) -> str:
    return (
        f"Another Paperboy ({holder.lease.owner}) listens to shards {holder.lease.shards} of this bot. This process is "
        f"set to {lease.shards}, so it waits, and takes over when that one ends or has not renewed its lease by "
        f"{holder.expires_at:%H:%M:%S} UTC. To listen with both, give each its own PAPERBOY_DISCORD_SHARDS."
    )
