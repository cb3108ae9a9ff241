"""Which chats have to be told that a digest may be missing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Chat, Delivery, DeliveryState
from bot.store.among import among
from bot.store.claims import read_delivery
from bot.store.schema import NOTICE, deliveries


async def take(
    connection: AsyncConnection, surface: str, now: datetime, quiet: timedelta, limit: int
) -> list[list[Delivery]]:
    """Take the uncertain deliveries of at most `limit` chats, by chat; none while the outage may go on.

    They are crossed out before the chat is told, as it must not be told twice.
    """
    pending = sa.and_(NOTICE, deliveries.c.surface == surface)
    newest = await connection.scalar(sa.select(sa.func.max(deliveries.c.changed_at)).where(pending))
    if newest is None or now - newest < quiet:
        return []
    query = sa.select(deliveries).where(pending, deliveries.c.notice_at <= now).order_by(deliveries.c.notice_at)
    due = [read_delivery(row._mapping) for row in await connection.execute(query.limit(limit).with_for_update())]
    chats = list(dict.fromkeys(each.chat for each in due))
    if not chats:
        return []
    # all of a chat at once, also those that would be told a little later
    whole = sa.select(deliveries).where(pending, among(deliveries, chats)).order_by(deliveries.c.id)
    rows = await connection.execute(whole.with_for_update())
    found: dict[Chat, list[Delivery]] = {chat: [] for chat in chats}
    for row in rows:
        found[Chat(row.surface, row.chat, row.thread)].append(read_delivery(row._mapping))
    await _set(connection, [each.id for some in found.values() for each in some], None)
    return [
        some
        for each in found.values()
        if (some := [delivery for delivery in each if delivery.state is DeliveryState.UNCERTAIN])
    ]


async def put_off(connection: AsyncConnection, delivery_ids: Collection[int], at: datetime) -> None:
    """Tell of these later, where they are still uncertain."""
    await _set(connection, delivery_ids, at)


async def _set(connection: AsyncConnection, delivery_ids: Collection[int], at: datetime | None) -> None:
    query = sa.update(deliveries).where(deliveries.c.id.in_(delivery_ids))
    if at is not None:
        query = query.where(deliveries.c.state == DeliveryState.UNCERTAIN)
    await connection.execute(query.values(notice_at=at))
