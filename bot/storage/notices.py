"""Notices: chats to be notified that a digest may be missing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.requests import Chat
from bot.storage.chat_filter import among
from bot.storage.claims import LONG_AGO, read_delivery
from bot.storage.rows import legible
from bot.storage.schema import NOTICE, deliveries


async def take(
    connection: AsyncConnection, surface: str, now: datetime, quiet: timedelta, limit: int
) -> list[list[Delivery]]:
    """Take the uncertain deliveries of at most `limit` chats, by chat; none while the outage may continue.

    The notices are cleared before the chat is notified, so that it is never notified twice.
    """
    pending = sa.and_(NOTICE, deliveries.c.surface == surface)
    newest = legible(await connection.scalar(sa.select(sa.func.max(deliveries.c.changed_at)).where(pending)), LONG_AGO)
    if newest is None or now - newest < quiet:
        return []
    query = sa.select(deliveries).where(pending, deliveries.c.notice_at <= now).order_by(deliveries.c.notice_at)
    due = [read_delivery(row._mapping) for row in await connection.execute(query.limit(limit).with_for_update())]
    chats = list(dict.fromkeys(each.chat for each in due))
    if not chats:
        return []
    # all of a chat together, including those whose notice is due a little later
    whole = sa.select(deliveries).where(pending, among(deliveries, chats)).order_by(deliveries.c.id)
    theirs = [read_delivery(row._mapping) for row in await connection.execute(whole.with_for_update())]
    # including those with an unreadable chat, which cannot be notified
    await _set(connection, {each.id for each in (*due, *theirs)}, None)
    found: dict[Chat, list[Delivery]] = {}
    for each in theirs:
        if each.state is DeliveryState.UNCERTAIN:
            found.setdefault(each.chat, []).append(each)
    return list(found.values())


async def put_off(connection: AsyncConnection, delivery_ids: Collection[int], at: datetime) -> None:
    """Postpone the notices of deliveries that are still uncertain."""
    await _set(connection, delivery_ids, at)


async def _set(connection: AsyncConnection, delivery_ids: Collection[int], at: datetime | None) -> None:
    query = sa.update(deliveries).where(deliveries.c.id.in_(delivery_ids))
    if at is not None:
        query = query.where(deliveries.c.state == DeliveryState.UNCERTAIN)
    await connection.execute(query.values(notice_at=at))
