"""Who has which delivery: a worker takes some with a lease, and only who has one may write what becomes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Attempt, Chat, Delivery, DeliveryPart, DeliveryReason, DeliveryState
from bot.store.changes import keep_changes
from bot.store.schema import AGAIN, FRESH, deliveries, delivery_parts

#: the columns that are not those of the chat
_PLAIN = [column.name for column in deliveries.c if column.name not in ("surface", "chat", "thread", "state", "reason")]


async def claim(
    connection: AsyncConnection, surface: str, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[Delivery]:
    """Take at most `limit` of a surface's deliveries that are due and that nobody has. No two workers get the same.

    A lease that has run out leaves its delivery to the next one who asks. These and what was put off go first, as a
    platform forgets a nonce in minutes and the others may be a hundred thousand; then the longest due.
    """
    took = {"owner": owner, "visible_at": now + lease, "changed_at": now}
    claimed = await _take(connection, _free(AGAIN, surface, now, limit), took)
    if len(claimed) < limit:
        claimed += await _take(connection, _free(FRESH, surface, now, limit - len(claimed)), took)
    await keep_changes(connection, [delivery.id for delivery in claimed], DeliveryState.CLAIMED, owner, now)
    return claimed


def _free(which: sa.TextClause, surface: str, now: datetime, limit: int) -> sa.Select[tuple[int]]:
    return (
        sa.select(deliveries.c.id)
        .where(which, deliveries.c.surface == surface, deliveries.c.visible_at <= now)
        .order_by(deliveries.c.visible_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


async def _take(
    connection: AsyncConnection, wanted: sa.Select[tuple[int]], values: Mapping[str, object]
) -> list[Delivery]:
    # without it PostgreSQL may look for free rows more than once, and lock more than it takes
    free = wanted.cte("free").prefix_with("MATERIALIZED", dialect="postgresql")
    taken = await connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id.in_(sa.select(free.c.id)))
        .values(state=DeliveryState.CLAIMED, attempts=deliveries.c.attempts + 1, **values)
        .returning(*deliveries.c)
    )
    claimed = (read_delivery(row._mapping) for row in taken)
    return sorted(claimed, key=lambda delivery: (delivery.due_at, delivery.id))


def held(attempts: Iterable[Attempt]) -> sa.ColumnElement[bool]:
    """The rows of these attempts, as long as nobody else has taken them since and nothing has ended them."""
    keys = [(attempt.delivery_id, attempt.number, attempt.owner) for attempt in attempts]
    # SQLite looks through the whole table for several columns at once, and finds an id by itself
    found = deliveries.c.id.in_([id for id, _, _ in keys])
    mine = sa.tuple_(deliveries.c.id, deliveries.c.attempts, deliveries.c.owner).in_(keys)
    return sa.and_(found, mine, deliveries.c.state.in_([DeliveryState.CLAIMED, DeliveryState.SENDING]))


async def read_parts(connection: AsyncConnection, delivery_ids: Collection[int]) -> dict[int, list[DeliveryPart]]:
    """The parts of each, in their order; a delivery that was not begun has none."""
    query = sa.select(delivery_parts).where(delivery_parts.c.delivery_id.in_(delivery_ids))
    found: dict[int, list[DeliveryPart]] = {id: [] for id in delivery_ids}
    for row in await connection.execute(query.order_by(delivery_parts.c.delivery_id, delivery_parts.c.part)):
        part = DeliveryPart(
            delivery_id=row.delivery_id,
            part=row.part,
            nonce=row.nonce,
            state=DeliveryState(row.state),
            message_id=row.message_id,
            changed_at=row.changed_at,
        )
        found[row.delivery_id].append(part)
    return found


def read_delivery(row: sa.RowMapping) -> Delivery:
    """A row of the table."""
    chat = Chat(row["surface"], row["chat"], row["thread"])
    state, reason = DeliveryState(row["state"]), DeliveryReason(row["reason"] or "")
    return Delivery(chat=chat, state=state, reason=reason, **{name: row[name] for name in _PLAIN})
