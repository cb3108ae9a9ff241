"""Who has which delivery: a worker takes some with a lease, and only who has one may write what becomes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Attempt, Delivery, DeliveryPart, DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.storage.delivery_changes import keep_changes
from bot.storage.rows import WRONG_VALUE, Unreadable, intact, legible, quoted, report
from bot.storage.schema import AGAIN, FRESH, deliveries, delivery_parts

#: the columns that are not those of the chat
_PLAIN = [column.name for column in deliveries.c if column.name not in ("surface", "chat", "thread", "state", "reason")]

#: stands for a moment that cannot be read
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = "its row cannot be read"
#: what stands for each value that cannot be read
_IN_PLACE: dict[str, object] = {
    "surface": "",
    "chat": "",
    "thread": "",
    "local_date": date(1970, 1, 1),
    "due_at": LONG_AGO,
    "late": False,
    "visible_at": LONG_AGO,
    "attempts": 0,
    "failures": 0,
    "owner": "",
    "digest_id": "",
    "composed_at": None,
    "changed_at": LONG_AGO,
    "expires_at": None,
    "notice_at": None,
}


async def claim(
    connection: AsyncConnection, surface: str, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[Delivery]:
    """Take at most `limit` of a surface's deliveries that are due and that nobody has. No two workers get the same.

    A lease that has run out leaves its delivery to the next one who asks. These and what was put off go first, as a
    platform forgets a nonce in minutes and the others may be a hundred thousand; then the longest due.
    """
    took = {"owner": owner, "visible_at": now + lease, "changed_at": now}
    claimed = await _take(connection, _free(AGAIN, surface, now, limit), took, now)
    if len(claimed) < limit:
        claimed += await _take(connection, _free(FRESH, surface, now, limit - len(claimed)), took, now)
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
    connection: AsyncConnection, wanted: sa.Select[tuple[int]], values: Mapping[str, object], now: datetime
) -> list[Delivery]:
    # without it PostgreSQL may look for free rows more than once, and lock more than it takes
    free = wanted.cte("free").prefix_with("MATERIALIZED", dialect="postgresql")
    taken = await connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id.in_(sa.select(free.c.id)))
        .values(state=DeliveryState.CLAIMED, attempts=deliveries.c.attempts + 1, **values)
        .returning(*deliveries.c)
    )
    claimed, unreadable = [], {}
    for row in taken:
        try:
            claimed.append(_read(intact(row._mapping)))
        except WRONG_VALUE as error:
            unreadable[int(row.id)] = str(error)
    await park(connection, unreadable, now)
    return sorted(claimed, key=lambda delivery: (delivery.due_at, delivery.id))


async def park(connection: AsyncConnection, reasons: Mapping[int, str], now: datetime) -> None:
    """End deliveries whose rows cannot be read as failed, each with its reason."""
    for id, reason in reasons.items():
        report("deliveries", str(id), reason)
        note = f"{_UNREADABLE}: {reason}"
        values = {
            "state": DeliveryState.FAILED,
            "note": note,
            "reason": DeliveryReason.UNREADABLE,
            "notice_at": None,
            "changed_at": now,
        }
        await connection.execute(sa.update(deliveries).where(deliveries.c.id == id).values(values))
        await keep_changes(connection, [id], DeliveryState.FAILED, note, now)


def unreadable(row: Mapping[Any, Any]) -> str:
    """Return why a row cannot be read; empty where it can be."""
    try:
        _read(intact(row))
    except WRONG_VALUE as error:
        return str(error)
    return ""


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
        part = _read_part(row._mapping)
        found[part.delivery_id].append(part)
    return found


def _read_part(row: Mapping[Any, Any]) -> DeliveryPart:
    """Return a part. One that cannot be read may have left: its delivery becomes uncertain instead of being doubled."""
    try:
        return DeliveryPart(**{**intact(row), "state": DeliveryState(row["state"])})
    except WRONG_VALUE as error:
        report("delivery_parts", f"{row['delivery_id']}.{row['part']}", str(error))
        return DeliveryPart(
            delivery_id=row["delivery_id"],
            part=legible(row["part"], 0),
            nonce=legible(row["nonce"], ""),
            state=DeliveryState.SENDING,
            message_id=legible(row["message_id"], ""),
            changed_at=LONG_AGO,
        )


def read_delivery(row: Mapping[Any, Any]) -> Delivery:
    """Return a delivery. One that cannot be read has failed, and its note says why."""
    try:
        return _read(intact(row))
    except WRONG_VALUE as error:
        report("deliveries", str(row["id"]), str(error))
        values = {name: legible(row[name], value) for name, value in _IN_PLACE.items()}
        number = row["subscription_id"] if isinstance(row["subscription_id"], int) else 0
        note = f"{_UNREADABLE}: {error}"
        code = DeliveryReason.UNREADABLE
        known = {"subscription_id": number, "state": DeliveryState.FAILED, "note": note, "reason": code}
        return _read({**row, **values, **known})


def _read(row: Mapping[Any, Any]) -> Delivery:
    if not isinstance(row["subscription_id"], int):
        raise Unreadable(f"subscription_id is {quoted(row['subscription_id'])}")
    chat = Chat(row["surface"], row["chat"], row["thread"])
    state, reason = DeliveryState(row["state"]), DeliveryReason(row["reason"] or "")
    return Delivery(chat=chat, state=state, reason=reason, **{name: row[name] for name in _PLAIN})
