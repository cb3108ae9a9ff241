"""Interaction claims (idempotency): each interaction that changes something is leased, processed and answered once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.requests import AbandonedInteraction
from bot.storage.database import Database
from bot.storage.rows import report
from bot.storage.schema import interactions
from bot.storage.upsert import claim_row

#: no platform repeats an interaction after this time: Telegram keeps updates for 24 hours
KEPT = timedelta(days=2)
#: old rows are deleted on every n-th claim of a process, up to a limit
_EVERY, _BATCH = 32, 200


class ClaimState(StrEnum):
    """Result of claiming an interaction."""

    #: claimed by the caller until the lease expires
    OURS = "ours"
    #: claimed by another worker
    HELD = "held"
    #: already finished
    DONE = "done"


@dataclass(frozen=True, slots=True)
class InteractionClaim:
    """The caller's claim; `owner` is unique per attempt, and only the owner can finish it."""

    surface: str
    interaction: str
    owner: str


class Interactions:
    """State-changing interactions of the last two days."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claims = 0

    async def claim(self, claim: InteractionClaim, now: datetime, lease: timedelta, origin: str = "") -> ClaimState:
        """Claim an interaction that is unclaimed, or whose lease expired before it was finished.

        `origin` is what it arrived as, for `abandoned`; it is deleted when the interaction is answered.
        """
        row = {
            "surface": claim.surface,
            "interaction": claim.interaction,
            "owner": claim.owner,
            "claimed_at": now,
            "leased_until": now + lease,
            "origin": origin or None,
        }
        free = sa.and_(interactions.c.done_at.is_(None), interactions.c.leased_until <= now)
        async with self._database.write() as connection:
            await self._delete_old(connection, now)
            if await claim_row(connection, interactions, row, free, first=("claimed_at",)):
                return ClaimState.OURS
            done = await connection.scalar(
                sa.select(interactions.c.done_at.is_not(None)).where(
                    interactions.c.surface == claim.surface, interactions.c.interaction == claim.interaction
                )
            )
        return ClaimState.DONE if done else ClaimState.HELD

    async def finish(self, claim: InteractionClaim, now: datetime, lease: timedelta) -> bool:
        """Mark it as finished, within the unit of work. Return False if the claim was lost.

        Its owner has until the end of this lease to answer it. After that, `abandoned` lists it if it has an origin.
        """
        query = (
            sa.update(interactions)
            .where(
                interactions.c.surface == claim.surface,
                interactions.c.interaction == claim.interaction,
                interactions.c.owner == claim.owner,
                interactions.c.done_at.is_(None),
            )
            .values(done_at=now, leased_until=now + lease)
        )
        async with self._database.write() as connection:
            return (await connection.execute(query)).rowcount == 1

    async def claim_answer(self, claim: InteractionClaim, now: datetime, lease: timedelta) -> bool:
        """Claim the answer to an interaction that was finished and not answered within its lease.

        Return False if it is answered, or another owner is answering it.
        """
        query = (
            sa.update(interactions)
            .where(
                interactions.c.surface == claim.surface,
                interactions.c.interaction == claim.interaction,
                interactions.c.leased_until <= now,
                interactions.c.done_at.is_not(None),
                interactions.c.origin.is_not(None),
            )
            .values(owner=claim.owner, leased_until=now + lease)
        )
        async with self._database.write() as connection:
            return (await connection.execute(query)).rowcount == 1

    async def extend(self, claims: Collection[InteractionClaim], until: datetime) -> None:
        """Extend the leases of interactions that are being answered. Claims that were lost are skipped."""
        await self._update_owned(claims, {"leased_until": until})

    async def close(self, claims: Collection[InteractionClaim], now: datetime) -> None:
        """Mark interactions as finished and answered, and delete their origins. Claims that were lost are skipped."""
        done_at = sa.func.coalesce(interactions.c.done_at, sa.literal(now, interactions.c.done_at.type))
        await self._update_owned(claims, {"done_at": done_at, "origin": None})

    async def _update_owned(self, claims: Collection[InteractionClaim], values: Mapping[str, object]) -> None:
        if not claims:
            return
        query = sa.update(interactions).where(
            interactions.c.surface == sa.bindparam("of_surface"),
            interactions.c.interaction == sa.bindparam("of_interaction"),
            interactions.c.owner == sa.bindparam("of_owner"),
            interactions.c.origin.is_not(None),
        )
        # in the order of the key, so that two processes cannot wait for each other
        rows = [
            {"of_surface": each.surface, "of_interaction": each.interaction, "of_owner": each.owner}
            for each in sorted(claims, key=lambda claim: (claim.surface, claim.interaction))
        ]
        async with self._database.write() as connection:
            await connection.execute(query.values(**values), rows)

    async def abandoned(self, surface: str, now: datetime, since: datetime) -> list[AbandonedInteraction]:
        """Return the interactions with an origin that were claimed after `since` and not answered within their lease,
        oldest first.

        The process that claimed them has died, or took too long.
        """
        done = interactions.c.done_at.is_not(None).label("done")
        query = sa.select(interactions.c.interaction, interactions.c.origin, done).where(
            interactions.c.surface == surface,
            interactions.c.claimed_at > since,
            interactions.c.leased_until <= now,
            interactions.c.origin.is_not(None),
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(interactions.c.claimed_at))).all()
        return [
            AbandonedInteraction(surface, id, origin, bool(done)) for id, origin, done in rows if _legible(id, origin)
        ]

    async def drop_origin(self, claim: InteractionClaim, now: datetime) -> None:
        """Delete the origin of an interaction, so that nobody takes it up.

        Nothing happens while another owner's lease is valid: that process answers it.
        """
        mine = sa.or_(interactions.c.owner == claim.owner, interactions.c.leased_until <= now)
        query = sa.update(interactions).where(
            interactions.c.surface == claim.surface,
            interactions.c.interaction == claim.interaction,
            mine,
        )
        async with self._database.write() as connection:
            await connection.execute(query.values(origin=None))

    async def expire_origins(self, before: datetime) -> None:
        """Delete the origins of interactions that were claimed before a time, as they can no longer be answered."""
        expired = sa.and_(interactions.c.claimed_at < before, interactions.c.origin.is_not(None))
        async with self._database.read() as connection:
            found = await connection.scalar(sa.select(interactions.c.interaction).where(expired).limit(1))
        if found is not None:
            async with self._database.write() as connection:
                await connection.execute(sa.update(interactions).where(expired).values(origin=None))

    async def _delete_old(self, connection: AsyncConnection, now: datetime) -> None:
        self._claims += 1
        if self._claims % _EVERY != 1:
            return
        old = (
            sa.select(interactions.c.surface, interactions.c.interaction)
            .where(interactions.c.claimed_at <= now - KEPT)
            .order_by(interactions.c.claimed_at)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
        keys = [(row.surface, row.interaction) for row in await connection.execute(old)]
        if keys:
            both = sa.tuple_(interactions.c.surface, interactions.c.interaction)
            # the age is included because SQLite cannot use an index for a tuple comparison
            await connection.execute(
                sa.delete(interactions).where(interactions.c.claimed_at <= now - KEPT, both.in_(keys))
            )


def _legible(id: object, origin: object) -> bool:
    """Whether both are text. If not, that is logged without the origin, which may contain a token."""
    if isinstance(id, str) and isinstance(origin, str):
        return True
    report("interactions", str(id), "its origin is no text")
    return False
