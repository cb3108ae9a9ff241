"""Polling under a lease, so that one process polls at a time and the next one takes over where it has stopped.

Telegram repeats an update until it is acknowledged by a later poll. Without a lease a second process would be given
updates that the first one is answering already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from adapters.kit.leases import LeaseManager, Leases
from bot.domain.log import Log
from bot.domain.sharding import ShardHolder, ShardLease, ShardRange

log = Log(__name__)

#: seconds for a renewal in progress at shutdown
_RENEWAL_SECONDS = 2.0


class PollingLeaseLost(Exception):
    """Another process polls."""


def polling_lease(leases: Leases, bot: int, owner: str) -> LeaseManager:
    """Return the manager of the lease for polling as a bot. `owner` identifies this process."""
    lease = ShardLease(application=f"telegram {bot}", owner=owner, shards=ShardRange(0, 0, 1))
    return LeaseManager(leases, lease, "polling", _waiting_reason)


async def poll_leased(
    manager: LeaseManager, poll: Callable[[], Awaitable[None]], finish: Callable[[], Awaitable[None]]
) -> None:
    """Wait for the lease, and `poll` until cancelled; then `finish`, and release the lease.

    Raise `PollingLeaseLost` if another process has taken the lease.
    """
    await manager.acquire()
    leaving = asyncio.Event()
    renewing = asyncio.create_task(manager.renew_until(lambda: True, leaving), name="telegram lease")
    polling = asyncio.ensure_future(poll())
    try:
        await asyncio.wait([polling, renewing], return_when=asyncio.FIRST_COMPLETED)
        if polling.done():
            polling.result()
        raise PollingLeaseLost("another process polls with this bot token")
    finally:
        polling.cancel()
        await asyncio.wait([polling])
        try:
            # the lease is renewed meanwhile: answering may take a while
            await finish()
        finally:
            leaving.set()
            await asyncio.wait([renewing], timeout=_RENEWAL_SECONDS)
            renewing.cancel()
            await manager.release()


def _waiting_reason(lease: ShardLease, holder: ShardHolder) -> str:
    return (
        f"Another Paperboy ({holder.lease.owner}) polls with this bot token. This process waits, and takes over when "
        f"that one ends or has not renewed its lease by {holder.expires_at:%H:%M:%S} UTC."
    )
