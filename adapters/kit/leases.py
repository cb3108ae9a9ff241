"""Listening under a lease: wait for it, renew it while listening, hand over to the next process."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.sharding import ShardHolder, ShardLease, ShardState

log = Log(__name__)

#: seconds between two attempts to acquire, and between two renewals; at most a third of a lease
_ACQUIRE_SECONDS, RENEW_SECONDS = 1.0, 5.0
#: seconds to keep listening during a hand-over until the next processes are connected, and between two looks at them;
#: with the time for finishing running work it must end before the 30 s after which a process is killed
HAND_OVER_SECONDS, _HAND_OVER_POLL_SECONDS = 18.0, 0.2
#: seconds for releasing a lease
_RELEASE_SECONDS = 12.0


def process_name(pid: int | None = None) -> str:
    """Return a unique name for this process that also tells how to check whether it is alive."""
    return f"{_namespace()}-{os.getpid() if pid is None else pid}-{secrets.token_hex(3)}"


def has_ended(name: str) -> bool:
    """Whether a process is known to have ended: it was on this machine and its process id is no longer in use."""
    namespace, pid, _ = name.rsplit("-", 2) if name.count("-") > 1 else ("", "", "")
    if namespace != _namespace() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _namespace() -> str:
    """Return the host name and PID namespace: containers may share a host name but not process ids."""
    try:
        numbers = str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        # outside of Linux, checking for a process is not free of side effects
        numbers = secrets.token_hex(4)
    return f"{socket.gethostname()}.{numbers}"


class Leases(Protocol):
    """Where leases are stored. Methods raise `StoreError`."""

    async def acquire(self, lease: ShardLease, state: ShardState) -> ShardHolder | None:
        """As `ShardLeases.acquire`."""
        ...

    async def holder(self, lease: ShardLease) -> ShardHolder | None:
        """As `ShardLeases.holder`."""
        ...

    async def successors(self, lease: ShardLease) -> Sequence[ShardHolder]:
        """As `ShardLeases.successors`."""
        ...

    async def release(self, lease: ShardLease) -> None:
        """As `ShardLeases.release`."""
        ...


@dataclass(frozen=True, slots=True)
class LeaseManager:
    """A lease, and where it is stored."""

    leases: Leases
    lease: ShardLease
    #: what is leased, for the log: "shards"
    subject: str
    #: why this process waits for a holder, for the log
    explain: Callable[[ShardLease, ShardHolder], str]
    #: seconds between two renewals
    renew_seconds: float = RENEW_SECONDS

    async def acquire(self) -> None:
        """Wait until this process holds the lease. Raise `StoreError` if the database cannot even be read."""
        logged = ""
        while holder := await self._try_acquire():
            if holder.lease.owner != logged:
                logged = holder.lease.owner
                # logged as an error because it must be visible at the default log level
                log.error(f"waiting for {self.subject}", reason=self.explain(self.lease, holder))
            await asyncio.sleep(_ACQUIRE_SECONDS)
        if logged:
            log.info(f"{self.subject} taken over", shards=str(self.lease.shards), previous=logged)

    async def renew_until(self, listens: Callable[[], bool], leaving: asyncio.Event) -> None:
        """Renew the lease until this process leaves; return earlier if another process has taken the lease.

        A renewal in progress is never cancelled. If the database is unavailable, no other process can take it
        either, so listening continues.
        """
        loop = asyncio.get_running_loop()
        kept, renew_at = ShardState.WAITING, loop.time()
        while not leaving.is_set():
            state = ShardState.LISTENING if listens() else ShardState.LEASED
            # the process that hands over waits for this state, so report it immediately
            if state is not kept or loop.time() >= renew_at:
                kept, renew_at = state, loop.time() + self.renew_seconds
                if await self._lost(state):
                    return
            with suppress(TimeoutError):
                async with asyncio.timeout(_HAND_OVER_POLL_SECONDS):
                    await leaving.wait()

    async def _lost(self, state: ShardState) -> bool:
        """Renew the lease; return True if another process holds it."""
        try:
            holder = await self.leases.acquire(self.lease, state)
        except StoreError as error:
            log.warning(f"lease of {self.subject} not renewed", reason=str(error))
            return False
        except Exception:
            log.exception(f"lease of {self.subject} not renewed", reference=os.urandom(4).hex())
            return False
        if holder is not None:
            log.error(f"{self.subject} lost", reason=self.explain(self.lease, holder))
        return holder is not None

    async def hand_over(self) -> None:
        """Release the lease to the processes that wait for it, if any, and return once these listen in its place.

        Until then both sides are connected. Discord accepts one answer per interaction, and only the process that
        claims an interaction first makes its changes.
        """
        try:
            async with asyncio.timeout(HAND_OVER_SECONDS):
                # release first: a process that asked before is recorded as waiting, and a later one as the holder
                await self.leases.release(self.lease)
                successors = await self.leases.successors(self.lease)
                if successors:
                    names = " ".join(each.lease.owner for each in successors)
                    log.info(f"handing {self.subject} over", shards=str(self.lease.shards), to=names)
                while _connecting(successors):
                    await asyncio.sleep(_HAND_OVER_POLL_SECONDS)
                    successors = await self.leases.successors(self.lease)
        except TimeoutError:
            log.warning(f"{self.subject} not taken over in time", shards=str(self.lease.shards))
        except StoreError as error:
            log.warning(f"{self.subject} not handed over", reason=str(error))

    async def release(self) -> None:
        """Release the lease. If that cannot be written, the lease expires by itself."""
        try:
            async with asyncio.timeout(_RELEASE_SECONDS):
                await self.leases.release(self.lease)
        except (StoreError, TimeoutError) as error:
            log.warning(f"lease of {self.subject} not released", reason=str(error) or "no answer from the database")

    async def _try_acquire(self) -> ShardHolder | None:
        try:
            holder = await self.leases.acquire(self.lease, ShardState.LEASED)
            if holder is not None and has_ended(holder.lease.owner):
                # it was killed, so there is no need to wait for its lease to expire
                await self.leases.release(holder.lease)
                holder = await self.leases.acquire(self.lease, ShardState.LEASED)
            return holder
        except StoreError as error:
            # on a full disk, reading commands can still be answered; no other process can get a lease meanwhile either
            holder = await self.leases.holder(self.lease)
            if holder is None:
                log.error(f"listening without a lease of {self.subject}", reason=str(error))
            return holder


def _connecting(successors: Sequence[ShardHolder]) -> bool:
    """Return whether shards of a successor have no listener yet. A further process that waits for the same ones does
    not count.
    """
    listening = [each.lease.shards for each in successors if each.state is ShardState.LISTENING]
    return any(not each.lease.shards.covered_by(listening) for each in successors)
