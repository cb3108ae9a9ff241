"""Parking after a restore: what a restored older copy might send twice is marked as uncertain instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.spreading import LONGEST_LEAD, NOT_SPREAD, Spreading
from bot.domain.subscriptions import Subscription
from bot.storage.delivery_changes import keep_changes
from bot.storage.planner import keep_rows, planned, planned_apart, skipped, waiting
from bot.storage.schema import AGAIN, FRESH, deliveries, subscriptions
from bot.storage.slot_sizes import early_slots
from bot.storage.subscriptions import move_on, read_subscription

_NOTE = "an older copy of the database was put back; it may have been sent before"


async def park(
    connection: AsyncConnection, until: datetime, now: datetime, limit: int, spreading: Spreading = NOT_SPREAD
) -> int:
    """Mark at most `limit` rows and some subscriptions due until `until` as uncertain. Return their number."""
    found = [id for surface in await waiting(connection) for id in await _open(connection, surface, until, limit)]
    parked = await _park_rows(connection, found, now)
    parked += await _park_slots(connection, subscriptions.c.next_at <= until, until, now, limit)
    for slot in await early_slots(connection, spreading, until, store=False):
        begun = sa.and_(subscriptions.c.next_at == slot.due_at, subscriptions.c.surface == slot.surface)
        parked += await _park_slots(connection, begun, slot.due_at, now, limit)
    return parked


async def _open(connection: AsyncConnection, surface: str, until: datetime, limit: int) -> list[int]:
    """Return open rows that may have been sent until then. Rows of spread slots may be sent before they are due."""
    due = deliveries.c.due_at
    fresh, again = sa.or_(due <= until, deliveries.c.visible_at <= until), due <= until + LONGEST_LEAD
    found: list[int] = []
    for which, begun in ((AGAIN, again), (FRESH, fresh)):
        query = sa.select(deliveries.c.id).where(which, deliveries.c.surface == surface, begun)
        found += await connection.scalars(query.limit(limit).with_for_update())
    return found


async def _park_rows(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> int:
    values = {
        "state": DeliveryState.UNCERTAIN,
        "note": _NOTE,
        "reason": DeliveryReason.RESTORED,
        "changed_at": now,
    }
    query = sa.update(deliveries).where(deliveries.c.id.in_(ids)).values(values).returning(deliveries.c.id)
    parked = sorted(await connection.scalars(query)) if ids else []
    await keep_changes(connection, parked, DeliveryState.UNCERTAIN, _NOTE, now)
    return len(parked)


async def _park_slots(
    connection: AsyncConnection, which: sa.ColumnElement[bool], until: datetime, now: datetime, limit: int
) -> int:
    """Park subscriptions due until then whose slot had not been planned when the copy was made."""
    query = sa.select(subscriptions).where(which).order_by(subscriptions.c.next_at, subscriptions.c.id).limit(limit)
    found = [read_subscription(row._mapping) for row in await connection.execute(query.with_for_update())]
    rows, next_at = await planned_apart(
        connection, found, now, lambda one: _rows(one, until, now), lambda one: one.schedule.next_after(until)
    )
    await keep_rows(connection, rows)
    await move_on(connection, next_at)
    return len(found)


def _rows(subscription: Subscription, until: datetime, now: datetime) -> list[Delivery]:
    """Return a row for the newest occurrence, which may be requested again, and one for those before it."""
    first = subscription.next_at or until
    due_at = max(first, subscription.schedule.previous_at_or_before(until))
    newest = replace(
        planned(subscription, due_at, due_at, now),
        state=DeliveryState.UNCERTAIN,
        note=_NOTE,
        reason=DeliveryReason.RESTORED,
        late=False,
    )
    if first == due_at:
        return [newest]
    missed = skipped(planned(subscription, first, first, now), _NOTE, DeliveryReason.RESTORED)
    return [newest] if missed.local_date == newest.local_date else [missed, newest]
