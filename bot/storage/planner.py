"""Planner: creates ledger rows for due subscriptions, one per subscription and local date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery, DeliveryChange, DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.spreading import Spreading
from bot.domain.subscriptions import Pause, Subscription
from bot.storage.columns import Garbled
from bot.storage.delivery_changes import keep_changes, keep_each
from bot.storage.schema import AGAIN, FRESH, deliveries, delivery_parts, subscriptions
from bot.storage.slot_sizes import DueSlot, early_slots, settle_sizes
from bot.storage.subscriptions import move_on, park, read_subscription, unplanned
from bot.storage.upsert import insert_returning

#: a digest that is later than this is marked as late
LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Planner settings."""

    #: subscriptions per transaction
    limit: int = 300
    #: occurrences missed by more than this are skipped
    grace: timedelta = timedelta(hours=6)
    #: deliveries per ten minutes that each surface can send; larger slots are spread out
    carries: Mapping[str, float] = field(default_factory=dict)
    #: test hook: called when the rows are written and `next_at` is not advanced yet
    halfway: Callable[[], None] = lambda: None


class Planner:
    """Plans subscriptions that are due, and those of spread slots from the beginning of their windows.

    A window only moves the time of the delivery: its local date and `next_at` follow from the chosen time.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._spreading = Spreading(plan.carries)
        self._small: dict[DueSlot, int] = {}
        self._early: tuple[datetime, list[DueSlot]] | None = None

    async def plan_batch(self, connection: AsyncConnection, now: datetime) -> int:
        """Plan at most `limit` due subscriptions in the connection's transaction. Return their number."""
        found = await _due(connection, subscriptions.c.next_at <= now, self.plan.limit)
        for slot in await self._early_slots(connection, now):
            here = sa.and_(subscriptions.c.next_at == slot.due_at, subscriptions.c.surface == slot.surface)
            found += await _due(connection, here, self.plan.limit - len(found))
        if not found:
            self._small.clear()
            return 0
        sizes = await self._sizes(connection, found, now)
        written, next_at = await planned_apart(
            connection, found, now, lambda one: self._rows(one, sizes, now), lambda one: _next_after(one, now)
        )
        await keep_rows(connection, written)
        self.plan.halfway()
        await move_on(connection, next_at)
        return len(found)

    async def _early_slots(self, connection: AsyncConnection, now: datetime) -> list[DueSlot]:
        """Return the slots that have begun before they are due; they are looked for once per moment."""
        if self._early is None or self._early[0] != now:
            self._early = now, await early_slots(connection, self._spreading, now)
        return self._early[1]

    async def _sizes(
        self, connection: AsyncConnection, found: Sequence[Subscription], now: datetime
    ) -> dict[DueSlot, int]:
        """Return the sizes of slots. Those of spread ones are read in every transaction, as others may store them."""
        wanted = {DueSlot(one.chat.surface, one.next_at) for one in found if one.next_at is not None}
        limited = [slot for slot in wanted if slot.surface in self.plan.carries and slot not in self._small]
        known = await settle_sizes(connection, limited, self._spreading, now)
        self._small |= {slot: size for slot, size in known.items() if not self._spreading.is_spread(slot.surface, size)}
        return known

    def _rows(self, subscription: Subscription, sizes: Mapping[DueSlot, int], now: datetime) -> list[Delivery]:
        """Return a row for the newest due occurrence, and one for all occurrences missed before it."""
        first = subscription.next_at or now
        due_at = max(first, subscription.schedule.previous_at_or_before(now))
        newest = self._row(subscription, due_at, sizes.get(DueSlot(subscription.chat.surface, first), 0), now)
        if first == due_at:
            return [newest]
        missed = skipped(planned(subscription, first, first, now), f"missed: {_NOT_RUNNING}", DeliveryReason.MISSED)
        return [newest] if missed.local_date == newest.local_date else [missed, newest]

    def _row(self, subscription: Subscription, due_at: datetime, size: int, now: datetime) -> Delivery:
        chat = subscription.chat
        window = self._spreading.window(chat.surface, subscription.schedule, due_at, size)
        visible_at = window.position(chat) if window else due_at
        row = planned(subscription, due_at, visible_at, now)
        if now - visible_at > self.plan.grace:
            return skipped(row, f"too late: {_NOT_RUNNING}", DeliveryReason.MISSED)
        return replace(row, expires_at=visible_at + self.plan.grace)


async def _due(connection: AsyncConnection, which: sa.ColumnElement[bool], limit: int) -> list[Subscription]:
    """Lock at most `limit` subscriptions, the longest due first, and return them."""
    if limit <= 0:
        return []
    query = sa.select(subscriptions).where(which).order_by(subscriptions.c.next_at, subscriptions.c.id).limit(limit)
    rows = await connection.execute(query.with_for_update(skip_locked=True))
    return [read_subscription(row._mapping) for row in rows]


def _next_after(subscription: Subscription, now: datetime) -> datetime:
    """Return when a subscription that is planned at `now` is due next; it may be planned before it is due."""
    return subscription.schedule.next_after(max(now, subscription.next_at or now))


_NOT_RUNNING = "Paperboy was not running at that hour"


async def planned_apart(
    connection: AsyncConnection,
    due: Sequence[Subscription],
    now: datetime,
    rows: Callable[[Subscription], list[Delivery]],
    next_at: Callable[[Subscription], datetime],
) -> tuple[list[Delivery], dict[int, datetime]]:
    """Return the rows of all subscriptions, and when each is due next.

    One that cannot be planned must not block the others: it is paused, and its row gives the reason.
    """
    written: list[Delivery] = []
    moments: dict[int, datetime] = {}
    for one in due:
        unreadable = one
        if one.paused is not Pause.UNREADABLE:
            try:
                mine, moment = rows(one), next_at(one)
            except Exception as error:
                unreadable = replace(one, paused_detail=unplanned(one, error))
            else:
                written += mine
                moments[one.id] = moment
                continue
        await park(connection, unreadable, now)
        written += _unreadable(unreadable, now)
    return written, moments


async def expire(connection: AsyncConnection, now: datetime, grace: timedelta, limit: int) -> int:
    """Skip deliveries not started within the grace period, because their surface or the workers were not running."""
    looked_at = [(surface, which) for surface in await waiting(connection) for which in (AGAIN, FRESH)]
    expired = [id for place in looked_at for id in await _stale(connection, *place, now - grace, limit)]
    reason = "too late: nobody delivered it in time"
    gone = await connection.scalars(
        sa.update(deliveries)
        .where(deliveries.c.id.in_(expired), deliveries.c.state == DeliveryState.PLANNED)
        .values(state=DeliveryState.SKIPPED, note=reason, reason=DeliveryReason.EXPIRED, changed_at=now)
        .returning(deliveries.c.id)
    )
    ids = gone.all()
    await keep_changes(connection, ids, DeliveryState.SKIPPED, reason, now)
    return len(ids)


async def waiting(connection: AsyncConnection) -> dict[str, datetime]:
    """Return the time of the oldest open row by surface, with one index lookup per surface and index."""
    oldest: dict[str, datetime] = {}
    for which in (AGAIN, FRESH):
        query = sa.select(deliveries.c.surface, deliveries.c.visible_at).where(which)
        query = query.order_by(deliveries.c.surface, deliveries.c.visible_at).limit(1)
        found = (await connection.execute(query)).one_or_none()
        while found:
            # unreadable rows are ignored; the next claiming worker parks them
            if isinstance(found.surface, Garbled):
                break
            if not isinstance(found.visible_at, Garbled):
                oldest[found.surface] = min(found.visible_at, oldest.get(found.surface, found.visible_at))
            found = (await connection.execute(query.where(deliveries.c.surface > found.surface))).one_or_none()
    return oldest


async def _stale(
    connection: AsyncConnection, surface: str, which: sa.TextClause, before: datetime, limit: int
) -> Sequence[int]:
    sent = sa.select(delivery_parts.c.delivery_id).where(
        delivery_parts.c.delivery_id == deliveries.c.id, delivery_parts.c.state == DeliveryState.SENT
    )
    query = (
        sa.select(deliveries.c.id)
        .where(which, deliveries.c.surface == surface, deliveries.c.visible_at < before)
        .where(deliveries.c.state == DeliveryState.PLANNED, ~sent.exists())
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    return (await connection.scalars(query)).all()


async def keep_rows(connection: AsyncConnection, rows: Sequence[Delivery]) -> int:
    """Insert rows whose local date has none yet; it may have been planned at another time or by another planner."""
    table = deliveries.c
    kept = await insert_returning(
        connection, deliveries, [_values(row) for row in rows], table.id, table.state, table.note, table.changed_at
    )
    changes = [
        DeliveryChange(delivery_id=row.id, at=row.changed_at, state=DeliveryState(row.state), reason=row.note)
        for row in kept
    ]
    await keep_each(connection, changes)
    return len(kept)


def _values(row: Delivery) -> dict[str, object]:
    return {
        "subscription_id": row.subscription_id,
        "surface": row.chat.surface,
        "chat": row.chat.id,
        "thread": row.chat.thread,
        "local_date": row.local_date,
        "due_at": row.due_at,
        "state": row.state,
        "late": row.late,
        "visible_at": row.visible_at,
        "attempts": 0,
        "failures": 0,
        "owner": "",
        "note": row.note,
        "digest_id": "",
        "changed_at": row.changed_at,
        "reason": row.reason,
        "expires_at": row.expires_at,
    }


def _unreadable(subscription: Subscription, now: datetime) -> list[Delivery]:
    """Return a failed row with the reason; none if even the chat cannot be read."""
    if not subscription.chat.surface or not subscription.chat.id:
        return []
    return [
        Delivery(
            id=0,
            subscription_id=subscription.id,
            chat=subscription.chat,
            local_date=now.date(),
            due_at=now,
            state=DeliveryState.FAILED,
            visible_at=now,
            note=f"its subscription cannot be read: {subscription.paused_detail}",
            reason=DeliveryReason.UNREADABLE,
            changed_at=now,
        )
    ]


def skipped(row: Delivery, note: str, reason: DeliveryReason) -> Delivery:
    """Return the row as skipped."""
    return replace(row, state=DeliveryState.SKIPPED, note=note, reason=reason, late=False)


def planned(subscription: Subscription, due_at: datetime, visible_at: datetime, now: datetime) -> Delivery:
    """Return the row for one occurrence, not claimable before `visible_at`."""
    return Delivery(
        id=0,
        subscription_id=subscription.id,
        chat=subscription.chat,
        local_date=subscription.schedule.local_date(due_at),
        due_at=due_at,
        state=DeliveryState.PLANNED,
        visible_at=visible_at,
        late=now - visible_at > LATE,
        changed_at=now,
    )
