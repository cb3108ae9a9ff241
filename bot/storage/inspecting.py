"""Integrity check: parks unreadable subscriptions and open deliveries, so that none is missed silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.log import Log
from bot.domain.subscriptions import Pause
from bot.storage import claims
from bot.storage.database import Database
from bot.storage.papers import WHOLE
from bot.storage.rows import WRONG_VALUE, intact
from bot.storage.schema import AGAIN, FRESH, deliveries, papers, subscriptions
from bot.storage.subscriptions import move_on, park, read_strictly, read_subscription, unplanned

log = Log(__name__)

#: rows per transaction, to keep transactions short
_BATCH = 500


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that cannot be read."""

    table: str
    key: str
    #: a clause that names the column and the value
    reason: str


async def inspect(database: Database, now: datetime) -> int:
    """Park every unreadable subscription and open delivery. Return their number.

    A parked subscription that has become readable is resumed, and one without `next_at` gets it computed.
    """
    return await _inspect_subscriptions(database, now) + await _inspect_deliveries(database, now)


async def unreadable_rows(database: Database, most: int) -> list[UnreadableRow]:
    """Return at most `most` unreadable subscriptions and papers."""
    found: list[UnreadableRow] = []
    whole = sa.select(subscriptions)
    for table, query, key, read in (
        ("subscriptions", whole, subscriptions.c.id, read_strictly),
        ("papers", WHOLE, papers.c.id, intact),
    ):
        last: Any = None
        while len(found) < most:
            some = query.order_by(key).limit(_BATCH)
            async with database.read() as connection:
                rows = (await connection.execute(some if last is None else some.where(key > last))).all()
            found += [UnreadableRow(table, str(row.id), reason) for row in rows if (reason := _reason(row, read))]
            if len(rows) < _BATCH:
                break
            last = rows[-1].id
    return found[:most]


def _reason(row: sa.Row[*tuple[Any, ...]], read: Any) -> str:
    try:
        read(row._mapping)
    except WRONG_VALUE as error:
        return str(error) or type(error).__name__
    return ""


async def _inspect_subscriptions(database: Database, now: datetime) -> int:
    last, parked = 0, 0
    while True:
        query = sa.select(subscriptions).where(subscriptions.c.id > last).order_by(subscriptions.c.id).limit(_BATCH)
        async with database.read() as connection:
            rows = (await connection.execute(query)).all()
        doubtful = [row.id for row in rows if _is_doubtful(row)]
        if doubtful:
            async with database.write() as connection:
                parked += await _repair(connection, doubtful, now)
        if len(rows) < _BATCH:
            return parked
        last = rows[-1].id


def _is_doubtful(row: sa.Row[*tuple[Any, ...]]) -> bool:
    """Return whether a subscription is or was unreadable, or would never be due."""
    found = read_subscription(row._mapping)
    return found.paused is Pause.UNREADABLE or (found.paused is None and found.next_at is None)


async def _repair(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> int:
    parked = 0
    for row in (await connection.execute(sa.select(subscriptions).where(subscriptions.c.id.in_(ids)))).all():
        found = read_subscription(row._mapping)
        if _reason(row, read_strictly):
            parked += await park(connection, found, now)
        elif found.paused is Pause.UNREADABLE or found.next_at is None:
            try:
                next_at = found.schedule.next_after(now)
            except Exception as error:
                parked += await park(connection, replace(found, paused_detail=unplanned(found, error)), now)
                continue
            running = sa.update(subscriptions).where(subscriptions.c.id == found.id)
            await connection.execute(running.values(paused="", paused_detail="", notice_at=now))
            await move_on(connection, {found.id: next_at})
            log.warning("subscription mended", subscription=found.id, next_at=next_at.isoformat())
    return parked


async def _inspect_deliveries(database: Database, now: datetime) -> int:
    parked = 0
    for which in (AGAIN, FRESH):
        last = 0
        while True:
            some = sa.select(deliveries).where(which, deliveries.c.id > last).order_by(deliveries.c.id)
            async with database.read() as connection:
                rows = (await connection.execute(some.limit(_BATCH))).all()
            unreadable = {row.id: reason for row in rows if (reason := claims.unreadable(row._mapping))}
            if unreadable:
                async with database.write() as connection:
                    await claims.park(connection, unreadable, now)
            parked += len(unreadable)
            if len(rows) < _BATCH:
                break
            last = rows[-1].id
    return parked
