"""The shards of this process: waited for, kept as long as it listens, and handed over to the next one."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.errors import StoreError
from bot.logs import Log
from bot.shard_leases import ShardLeases
from bot.sharding import ShardHolder, ShardLease, ShardState

log = Log(__name__)

#: seconds between two looks whether the shards are free, and between two renewals; a third of a lease or less
_LOOK_SECONDS, RENEW_SECONDS = 1.0, 5.0
#: who hands over listens on until the next one does; a busy machine may take some seconds to connect
_HAND_OVER_SECONDS, _HAND_OVER_LOOK = 12.0, 0.2


def process_name(pid: int | None = None) -> str:
    """A name that no other process has; it tells where to look whether the process lives."""
    return f"{_namespace()}-{os.getpid() if pid is None else pid}-{secrets.token_hex(3)}"


def has_ended(name: str) -> bool:
    """Whether a process is known to have ended: one of this machine whose number nobody has any more."""
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
    """The machine, and which of its sets of process numbers: containers may share the name, and not the numbers."""
    try:
        numbers = str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        # not on Linux, where a process cannot be looked for without doing something to it
        numbers = secrets.token_hex(4)
    return f"{socket.gethostname()}.{numbers}"


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A lease, and where it is kept."""

    leases: ShardLeases
    lease: ShardLease

    async def wait(self) -> None:
        """Wait until the shards are this process's own. Raise `StoreError` where not even reading is possible."""
        told = ""
        while holder := await self._taken():
            if holder.lease.owner != told:
                told = holder.lease.owner
                # by default a process says nothing below an error, and whoever waits for it must read this
                log.error("waiting for shards", reason=_sentence(self.lease, holder))
            await asyncio.sleep(_LOOK_SECONDS)
        if told:
            log.info("shards taken over", shards=str(self.lease.shards), previous=told)

    async def keep(self, listens: Callable[[], bool], leaving: asyncio.Event) -> None:
        """Renew the lease until this process leaves; return earlier when another one has taken the shards.

        A renewal that is under way is never cut short. Where the database cannot be used, nobody else can take the
        shards either, so listening goes on.
        """
        loop = asyncio.get_running_loop()
        kept, renew_at = ShardState.WAITING, loop.time()
        while not leaving.is_set():
            state = ShardState.LISTENING if listens() else ShardState.LEASED
            # who hands over waits for this state, so it is told as soon as it is so
            if state is not kept or loop.time() >= renew_at:
                kept, renew_at = state, loop.time() + RENEW_SECONDS
                if await self._lost(state):
                    return
            with suppress(TimeoutError):
                async with asyncio.timeout(_HAND_OVER_LOOK):
                    await leaving.wait()

    async def _lost(self, state: ShardState) -> bool:
        """Renew; True where another process has the shards by now."""
        try:
            holder = await self.leases.acquire(self.lease, state)
        except StoreError as error:
            log.warning("lease of shards not renewed", reason=str(error))
            return False
        except Exception:
            log.exception("lease of shards not renewed", reference=os.urandom(4).hex())
            return False
        if holder is not None:
            log.error("shards lost", reason=_sentence(self.lease, holder))
        return holder is not None

    async def hand_over(self) -> None:
        """Leave the shards to a process that waits for them, if any, and come back when it listens.

        Until then both are connected: Discord takes one answer to an interaction, and the first to claim it changes
        what it changes.
        """
        try:
            async with asyncio.timeout(_HAND_OVER_SECONDS):
                waiting = await self.leases.successor(self.lease)
                await self.leases.release(self.lease)
                if waiting is not None:
                    log.info("handing shards over", shards=str(self.lease.shards), to=waiting.lease.owner)
                while waiting is not None and waiting.state is not ShardState.LISTENING:
                    await asyncio.sleep(_HAND_OVER_LOOK)
                    waiting = await self.leases.successor(self.lease)
        except TimeoutError:
            log.warning("shards not taken over in time", shards=str(self.lease.shards))
        except StoreError as error:
            log.warning("shards not handed over", reason=str(error))

    async def release(self) -> None:
        """Leave the shards to whoever wants them. Where that cannot be written, the lease ends by itself."""
        try:
            async with asyncio.timeout(_HAND_OVER_SECONDS):
                await self.leases.release(self.lease)
        except (StoreError, TimeoutError) as error:
            log.warning("lease of shards not released", reason=str(error) or "no answer from the database")

    async def _taken(self) -> ShardHolder | None:
        try:
            holder = await self.leases.acquire(self.lease, ShardState.LEASED)
            if holder is not None and has_ended(holder.lease.owner):
                # it was killed, and nobody need wait for its lease to end
                await self.leases.release(holder.lease)
                holder = await self.leases.acquire(self.lease, ShardState.LEASED)
            return holder
        except StoreError as error:
            # a full disk must not silence who can still read; without a lease, nobody else can have one either
            holder = await self.leases.holder(self.lease)
            if holder is None:
                log.error("listening without a lease of shards", reason=str(error))
            return holder


def _sentence(lease: ShardLease, holder: ShardHolder) -> str:
    return (
        f"Another Paperboy ({holder.lease.owner}) listens to shards {holder.lease.shards} of this bot. This process is "
        f"set to {lease.shards}, so it waits, and takes over when that one ends or has not renewed its lease by "
        f"{holder.expires_at:%H:%M:%S} UTC. To listen with both, give each its own PAPERBOY_DISCORD_SHARDS."
    )
