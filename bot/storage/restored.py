"""Parking after a restore: what a restored older copy might send twice is marked as uncertain instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.subscriptions import Subscription
from bot.storage.delivery_changes import keep_changes
from bot.storage.planner import keep_rows, planned, planned_apart, skipped, waiting
from bot.storage.schema import AGAIN, FRESH, deliveries, subscriptions
from bot.storage.subscriptions import move_on, read_subscription

_NOTE = "an older copy of the database was put back; it may have been sent before"


async def park(connection: AsyncConnection, until: datetime, now: datetime, limit: int) -> int:
    """Mark at most `limit` rows and `limit` subscriptions due until `until` as uncertain. Return their number."""
    found = [id for surface in await waiting(connection) for id in await _open(connection, surface, until, limit)]
    return await _park_rows(connection, found, now) + await _park_slots(connection, until, now, limit)


async def _open(connection: AsyncConnection, surface: str, until: datetime, limit: int) -> list[int]:
    found: list[int] = []
    for which in (AGAIN, FRESH):
        query = sa.select(deliveries.c.id).where(which, deliveries.c.surface == surface, deliveries.c.due_at <= until)
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


async def _park_slots(connection: AsyncConnection, until: datetime, now: datetime, limit: int) -> int:
    """Park due subscriptions whose slot had not been planned when the copy was made."""
    due = subscriptions.c.next_at
    query = sa.select(subscriptions).where(due <= until).order_by(due, subscriptions.c.id).limit(limit)
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
