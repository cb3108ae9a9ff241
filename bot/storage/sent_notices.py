"""Repository of sent notices: each is edited once it is known what became of the digests that it names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.requests import Chat
from bot.storage.claims import read_delivery
from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import OPEN_NOTICE, deliveries, sent_notice_digests, sent_notices

_OVER = (DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticedDigest:
    """A digest that a notice names."""

    #: its place in the notice
    number: int
    delivery: Delivery
    #: whether its outcome is known: it was sent again, left out or given up, or another notice names it
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """A notice that stands in a chat."""

    id: int
    chat: Chat
    message_id: str
    nonce: str
    sent_at: datetime
    #: attempts to edit it that have failed
    failures: int
    #: those whose delivery still exists, in order
    digests: tuple[NoticedDigest, ...] = ()


class SentNotices:
    """A notice is open until it says of each digest what became of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, chat: Chat, message_id: str, nonce: str, delivery_ids: Sequence[int], now: datetime) -> None:
        """Record a notice that was sent about some deliveries, in the order in which it names them."""
        row = {
            "surface": chat.surface,
            "chat": chat.id,
            "thread": chat.thread,
            "message_id": message_id,
            "nonce": nonce,
            "sent_at": now,
            "closed": False,
            "visible_at": now,
            "failures": 0,
        }
        async with self._database.write() as connection:
            id = await connection.scalar(sa.insert(sent_notices).values(row).returning(sent_notices.c.id))
            named = [
                {"notice_id": id, "number": number, "delivery_id": delivery_id, "told": False}
                for number, delivery_id in enumerate(delivery_ids, 1)
            ]
            await connection.execute(sa.insert(sent_notice_digests), named)

    async def claim(
        self, surface: str, now: datetime, lease: timedelta, expired: datetime, limit: int
    ) -> list[SentNotice]:
        """Claim at most `limit` open notices with something to tell, for the length of a lease.

        That is the outcome of a digest, or that the notice was sent before `expired`.
        """
        news = sa.exists().where(
            sent_notice_digests.c.notice_id == sent_notices.c.id,
            sent_notice_digests.c.delivery_id == deliveries.c.id,
            ~sent_notice_digests.c.told,
            _over(),
        )
        # none of its deliveries exists any more
        orphaned = ~sa.exists().where(sent_notice_digests.c.notice_id == sent_notices.c.id)
        query = (
            sa.select(sent_notices)
            .where(
                OPEN_NOTICE,
                sent_notices.c.surface == surface,
                sent_notices.c.visible_at <= now,
                sa.or_(news, orphaned, sent_notices.c.sent_at <= expired),
            )
            .order_by(sent_notices.c.visible_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            # unreadable ones too, so that they do not take the turns of the others
            ids = [row.id for row in rows]
            if ids:
                mark = sa.update(sent_notices).where(sent_notices.c.id.in_(ids))
                await connection.execute(mark.values(visible_at=now + lease))
            digests = await _digests(connection, ids)
        found = readable(rows, _read, "sent_notices")
        return [replace(each, digests=digests.get(each.id, ())) for each in found]

    async def told(self, notice: SentNotice, numbers: Collection[int], *, close: bool) -> None:
        """Record that the notice says what became of these digests; `close` if nothing is left to say."""
        mine = sa.update(sent_notice_digests).where(
            sent_notice_digests.c.notice_id == notice.id, sent_notice_digests.c.number.in_(numbers)
        )
        async with self._database.write() as connection:
            await connection.execute(mine.values(told=True))
            mark = sa.update(sent_notices).where(sent_notices.c.id == notice.id)
            await connection.execute(mark.values(closed=close, visible_at=notice.sent_at, failures=0))

    async def put_off(self, notice: SentNotice, at: datetime, *, failed: bool) -> None:
        """Edit it later; `failed` counts this attempt as a failure."""
        mark = sa.update(sent_notices).where(sent_notices.c.id == notice.id)
        async with self._database.write() as connection:
            await connection.execute(mark.values(visible_at=at, failures=sent_notices.c.failures + int(failed)))


def _over() -> sa.ColumnElement[bool]:
    """Return the condition that the outcome of a delivery is known, or that it became uncertain again."""
    again = sa.and_(deliveries.c.state == DeliveryState.UNCERTAIN, deliveries.c.changed_at > sent_notices.c.sent_at)
    return sa.or_(deliveries.c.state.in_(_OVER), again)


async def _digests(connection: AsyncConnection, ids: Collection[int]) -> dict[int, tuple[NoticedDigest, ...]]:
    query = (
        sa.select(sent_notice_digests.c.notice_id, sent_notice_digests.c.number, _over().label("over"), *deliveries.c)
        .join(deliveries, deliveries.c.id == sent_notice_digests.c.delivery_id)
        .join(sent_notices, sent_notices.c.id == sent_notice_digests.c.notice_id)
        .where(sent_notice_digests.c.notice_id.in_(ids))
        .order_by(sent_notice_digests.c.number)
    )
    found: dict[int, tuple[NoticedDigest, ...]] = {}
    for row in (await connection.execute(query)).all():
        values = {column.name: row._mapping[column] for column in deliveries.c}
        digest = NoticedDigest(number=row.number, delivery=read_delivery(values), over=bool(row.over))
        found[row.notice_id] = (*found.get(row.notice_id, ()), digest)
    return found


def _read(row: Mapping[Any, Any]) -> SentNotice:
    return SentNotice(
        id=row["id"],
        chat=Chat(row["surface"], row["chat"], row["thread"]),
        message_id=row["message_id"],
        nonce=row["nonce"],
        sent_at=row["sent_at"],
        failures=row["failures"],
    )
