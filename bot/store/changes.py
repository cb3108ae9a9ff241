"""What became of each delivery, moment by moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import DeliveryChange, DeliveryState
from bot.store.rows import readable
from bot.store.schema import delivery_changes


async def keep_changes(
    connection: AsyncConnection, delivery_ids: Sequence[int], state: DeliveryState, reason: str, now: datetime
) -> None:
    """All of these deliveries came into a state, for one reason."""
    await keep_each(
        connection, [DeliveryChange(delivery_id=id, at=now, state=state, reason=reason) for id in delivery_ids]
    )


async def keep_each(connection: AsyncConnection, changes: Sequence[DeliveryChange]) -> None:
    """Each delivery came into its own state, for its own reason."""
    if changes:
        columns = ("delivery_id", "at", "state", "reason")
        rows = [{name: getattr(change, name) for name in columns} for change in changes]
        # RETURNING lets SQLAlchemy write them in one statement, which PostgreSQL takes twice as fast as one by one
        await connection.execute(sa.insert(delivery_changes).returning(delivery_changes.c.id), rows)


async def read_changes(connection: AsyncConnection, delivery_id: int) -> list[DeliveryChange]:
    """Those of one delivery, the oldest first."""
    query = sa.select(delivery_changes).where(delivery_changes.c.delivery_id == delivery_id)
    rows = await connection.execute(query.order_by(delivery_changes.c.id))
    return readable(rows, _read, "delivery_changes")


def _read(row: Mapping[str, Any]) -> DeliveryChange:
    state = DeliveryState(row["state"])
    return DeliveryChange(delivery_id=row["delivery_id"], at=row["at"], state=state, reason=row["reason"])
