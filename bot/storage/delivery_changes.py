"""Log of state transitions of deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import DeliveryChange, DeliveryState
from bot.storage.rows import readable
from bot.storage.schema import delivery_changes


async def keep_changes(
    connection: AsyncConnection, delivery_ids: Sequence[int], state: DeliveryState, reason: str, now: datetime
) -> None:
    """Record that several deliveries changed to the same state for the same reason."""
    await keep_each(
        connection, [DeliveryChange(delivery_id=id, at=now, state=state, reason=reason) for id in delivery_ids]
    )


async def keep_each(connection: AsyncConnection, changes: Sequence[DeliveryChange]) -> None:
    """Record individual state transitions."""
    if changes:
        columns = ("delivery_id", "at", "state", "reason")
        rows = [{name: getattr(change, name) for name in columns} for change in changes]
        # with RETURNING, SQLAlchemy batches the rows into one statement, twice as fast on PostgreSQL
        await connection.execute(sa.insert(delivery_changes).returning(delivery_changes.c.id), rows)


async def read_changes(connection: AsyncConnection, delivery_id: int) -> list[DeliveryChange]:
    """Return the transitions of a delivery, oldest first."""
    query = sa.select(delivery_changes).where(delivery_changes.c.delivery_id == delivery_id)
    rows = await connection.execute(query.order_by(delivery_changes.c.id))
    return readable(rows, _read, "delivery_changes")


def _read(row: Mapping[str, Any]) -> DeliveryChange:
    state = DeliveryState(row["state"])
    return DeliveryChange(delivery_id=row["delivery_id"], at=row["at"], state=state, reason=row["reason"])
