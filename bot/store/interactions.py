"""Interactions that change something: each is claimed with a lease, and done once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine import Database
from bot.store.schema import interactions
from bot.store.upsert import claim_row

#: no platform gives an interaction again after so long: Telegram keeps updates for 24 hours
KEPT = timedelta(days=2)
#: old rows are deleted with every so many claims of a process, and at most so many at once
_EVERY, _BATCH = 32, 200


class ClaimState(StrEnum):
    """What became of an attempt to claim an interaction."""

    #: it is the caller's until the lease runs out
    OURS = "ours"
    #: somebody else works on it
    HELD = "held"
    #: it was done
    DONE = "done"


@dataclass(frozen=True, slots=True)
class InteractionClaim:
    """The caller's hold on an interaction: `owner` is unique for each attempt, and finishes only what it holds."""

    surface: str
    interaction: str
    owner: str


class Interactions:
    """One row for each interaction of the last two days that was to change something."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claims = 0

    async def claim(self, claim: InteractionClaim, now: datetime, lease: timedelta) -> ClaimState:
        """Take an interaction that nobody has, or whose lease has run out before it was done."""
        row = {
            "surface": claim.surface,
            "interaction": claim.interaction,
            "owner": claim.owner,
            "claimed_at": now,
            "leased_until": now + lease,
        }
        free = sa.and_(interactions.c.done_at.is_(None), interactions.c.leased_until <= now)
        async with self._database.write() as connection:
            await self._delete_old(connection, now)
            if await claim_row(connection, interactions, row, free):
                return ClaimState.OURS
            done = await connection.scalar(
                sa.select(interactions.c.done_at.is_not(None)).where(
                    interactions.c.surface == claim.surface, interactions.c.interaction == claim.interaction
                )
            )
        return ClaimState.DONE if done else ClaimState.HELD

    async def finish(self, claim: InteractionClaim, now: datetime) -> bool:
        """Mark it as done, in the transaction of the unit of work; False where somebody else has it by now."""
        query = (
            sa.update(interactions)
            .where(
                interactions.c.surface == claim.surface,
                interactions.c.interaction == claim.interaction,
                interactions.c.owner == claim.owner,
                interactions.c.done_at.is_(None),
            )
            .values(done_at=now)
        )
        async with self._database.write() as connection:
            return (await connection.execute(query)).rowcount == 1

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
            # the age as well: SQLite finds no row by several columns at once
            await connection.execute(
                sa.delete(interactions).where(interactions.c.claimed_at <= now - KEPT, both.in_(keys))
            )
