"""Claims: workers lease deliveries, and only the holder of a claim can record the outcome."""

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

#: columns other than the chat and the state
_PLAIN = [column.name for column in deliveries.c if column.name not in ("surface", "chat", "thread", "state", "reason")]

#: placeholder for an unreadable moment
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = "its row cannot be read"
#: placeholder for each unreadable value
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
    """Claim at most `limit` due deliveries of a surface; concurrent workers never get the same one.

    A delivery whose lease has expired can be claimed again. Expired and rescheduled ones come first, because a
    platform forgets a nonce within minutes and there may be a hundred thousand others; then the longest due.
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
    # without MATERIALIZED PostgreSQL may evaluate the subquery repeatedly and lock more rows than it returns
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
    """Mark deliveries whose rows cannot be read as failed, with the reason."""
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
    """Return why a row cannot be read, or ""."""
    try:
        _read(intact(row))
    except WRONG_VALUE as error:
        return str(error)
    return ""


def held(attempts: Iterable[Attempt]) -> sa.ColumnElement[bool]:
    """Return the condition for rows that these attempts still hold."""
    keys = [(attempt.delivery_id, attempt.number, attempt.owner) for attempt in attempts]
    # SQLite scans the whole table for a tuple comparison alone, but finds single ids by index
    found = deliveries.c.id.in_([id for id, _, _ in keys])
    mine = sa.tuple_(deliveries.c.id, deliveries.c.attempts, deliveries.c.owner).in_(keys)
    return sa.and_(found, mine, deliveries.c.state.in_([DeliveryState.CLAIMED, DeliveryState.SENDING]))


async def read_parts(connection: AsyncConnection, delivery_ids: Collection[int]) -> dict[int, list[DeliveryPart]]:
    """Return the parts of each delivery in order; none before it was started."""
    query = sa.select(delivery_parts).where(delivery_parts.c.delivery_id.in_(delivery_ids))
    found: dict[int, list[DeliveryPart]] = {id: [] for id in delivery_ids}
    for row in await connection.execute(query.order_by(delivery_parts.c.delivery_id, delivery_parts.c.part)):
        part = _read_part(row._mapping)
        found[part.delivery_id].append(part)
    return found


def _read_part(row: Mapping[Any, Any]) -> DeliveryPart:
    """Return a part. An unreadable one may have been sent, so its state becomes SENDING and the delivery uncertain."""
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
    """Return a delivery. An unreadable one is returned as failed, with the reason in its note."""
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
