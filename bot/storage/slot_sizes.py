"""Sizes of slots: how many digests of a surface are due at the same moment.

The size of a slot that is spread is stored when its planning begins. Planned subscriptions do not count any more, so
another planner, or this one after a restart, would find a smaller slot and other positions in it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.spreading import LONGEST_LEAD, Spreading
from bot.storage.columns import Garbled
from bot.storage.schema import slots, subscriptions
from bot.storage.upsert import insert_new

#: how long stored sizes are kept: longer than any grace period
_KEPT = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class DueSlot:
    """The digests of a surface that are due at the same moment."""

    surface: str
    due_at: datetime


async def sizes(connection: AsyncConnection, wanted: Collection[DueSlot]) -> dict[DueSlot, int]:
    """Return the stored sizes of slots, else how many subscriptions are due then."""
    return {**await _counted(connection, wanted), **await _stored(connection, wanted)}


async def settle_sizes(
    connection: AsyncConnection, wanted: Collection[DueSlot], spreading: Spreading, now: datetime
) -> dict[DueSlot, int]:
    """Return the sizes of slots, and store those that are spread. The first planner's count is valid for all."""
    known = await _stored(connection, wanted)
    counted = await _counted(connection, [slot for slot in wanted if slot not in known])
    spread = [slot for slot, size in counted.items() if spreading.is_spread(slot.surface, size)]
    if spread:
        await connection.execute(sa.delete(slots).where(slots.c.due_at < now - _KEPT))
        rows = [{"surface": each.surface, "due_at": each.due_at, "size": counted[each]} for each in spread]
        # always in the same order, so that two planners cannot wait for each other
        await insert_new(connection, slots, sorted(rows, key=lambda row: (row["surface"], row["due_at"])))
        known |= await _stored(connection, spread)
    return {**counted, **known}


async def early_slots(
    connection: AsyncConnection, spreading: Spreading, now: datetime, *, store: bool = True
) -> list[DueSlot]:
    """Return the spread slots that are not due yet and have begun. `store` their sizes, or only read them."""
    limited = [surface for surface, most in spreading.carries.items() if most < float("inf")]
    if not limited:
        return []
    ahead = (subscriptions.c.next_at > now, subscriptions.c.next_at <= now + LONGEST_LEAD)
    query = (
        sa.select(subscriptions.c.surface, subscriptions.c.next_at)
        .where(*ahead, subscriptions.c.surface.in_(limited))
        .distinct()
    )
    rows = (await connection.execute(query)).all()
    found = [DueSlot(surface, at) for surface, at in rows if not isinstance(at, Garbled)]
    known = await settle_sizes(connection, found, spreading, now) if store else await sizes(connection, found)
    return sorted(
        (slot for slot, size in known.items() if now < slot.due_at <= now + spreading.lead(slot.surface, size)),
        key=lambda slot: (slot.due_at, slot.surface),
    )


async def _stored(connection: AsyncConnection, wanted: Collection[DueSlot]) -> dict[DueSlot, int]:
    if not wanted:
        return {}
    query = sa.select(slots).where(slots.c.due_at.in_({slot.due_at for slot in wanted}))
    found = {DueSlot(surface, due_at): size for surface, due_at, size in (await connection.execute(query)).all()}
    return {slot: found[slot] for slot in wanted if slot in found}


async def _counted(connection: AsyncConnection, wanted: Collection[DueSlot]) -> dict[DueSlot, int]:
    if not wanted:
        return {}
    table = subscriptions.c
    query = (
        sa.select(table.surface, table.next_at, sa.func.count())
        .where(table.next_at.in_({slot.due_at for slot in wanted}))
        .group_by(table.surface, table.next_at)
    )
    found = {DueSlot(surface, due_at): number for surface, due_at, number in (await connection.execute(query)).all()}
    return {slot: found.get(slot, 0) for slot in wanted}
