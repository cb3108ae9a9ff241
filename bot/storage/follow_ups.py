"""Repository of follow-ups: edits and threads of delivered messages, claimed by workers like deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery, DeliveryPart, DeliveryState
from bot.domain.follow_ups import FollowUp, FollowUpKind, FollowUpState, PlannedFollowUp
from bot.domain.papers import DeliveryReason
from bot.domain.subscriptions import Subscription
from bot.storage.claims import read_delivery, read_parts
from bot.storage.database import Database
from bot.storage.delivery_changes import keep_changes
from bot.storage.languages import read_languages
from bot.storage.rows import readable
from bot.storage.schema import OPEN_FOLLOW_UP, deliveries, follow_ups, shown_papers, subscriptions
from bot.storage.shown_papers import read_shown
from bot.storage.subscriptions import read_subscription
from bot.storage.upsert import insert_new

_HELD = (FollowUpState.CLAIMED, FollowUpState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpBrief:
    """A claimed follow-up with what is needed to do it."""

    follow_up: FollowUp
    delivery: Delivery
    parts: Sequence[DeliveryPart]
    #: None if it was removed in the meantime
    subscription: Subscription | None
    #: ids of papers shown to the chat, with the time
    shown: Mapping[str, datetime]
    #: the papers of the digest, in order
    paper_ids: tuple[str, ...]
    language: str


class FollowUps:
    """Each change is one transaction. Only the holder of a claim can record what became of a follow-up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def idle(self, surface: str, until: datetime) -> bool:
        """Return whether no digest of a surface is being sent or due until a moment, so that none has to wait."""
        waits = sa.exists().where(
            deliveries.c.surface == surface,
            deliveries.c.state.in_([DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING]),
            sa.or_(deliveries.c.state != DeliveryState.PLANNED, deliveries.c.visible_at <= until),
        )
        due = sa.exists().where(subscriptions.c.surface == surface, subscriptions.c.next_at <= until)
        async with self._database.read() as connection:
            return not await connection.scalar(sa.select(sa.or_(waits, due)))

    async def claim(self, surface: str, owner: str, now: datetime, lease: timedelta, limit: int) -> list[FollowUp]:
        """Claim at most `limit` due follow-ups of a surface, the longest due first.

        Edits that a later one replaces, and follow-ups that are too late, are skipped.
        """
        async with self._database.write() as connection:
            await _skip_late(connection, surface, now)
            earlier = follow_ups.alias()
            # an earlier edit of the same message that is under way would overwrite this one
            under_way = sa.exists().where(
                earlier.c.delivery_id == follow_ups.c.delivery_id,
                earlier.c.kind == follow_ups.c.kind,
                earlier.c.number < follow_ups.c.number,
                earlier.c.state.in_(_HELD),
                earlier.c.visible_at > now,
            )
            free = (
                sa.select(follow_ups.c.id)
                .where(OPEN_FOLLOW_UP, follow_ups.c.surface == surface, follow_ups.c.visible_at <= now, ~under_way)
                .order_by(follow_ups.c.visible_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
                .cte("free")
                .prefix_with("MATERIALIZED", dialect="postgresql")
            )
            taken = await connection.execute(
                sa.update(follow_ups)
                .where(follow_ups.c.id.in_(sa.select(free.c.id)))
                .values(
                    state=FollowUpState.CLAIMED,
                    attempts=follow_ups.c.attempts + 1,
                    owner=owner,
                    visible_at=now + lease,
                    changed_at=now,
                )
                .returning(*follow_ups.c)
            )
            return readable(taken.all(), _read, "follow_ups")

    async def brief(self, follow_up: FollowUp) -> FollowUpBrief | None:
        """Return what is needed to do a follow-up; None if its delivery is gone."""
        async with self._database.read() as connection:
            query = sa.select(deliveries).where(deliveries.c.id == follow_up.delivery_id)
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            delivery = read_delivery(row._mapping)
            wish = sa.select(subscriptions).where(subscriptions.c.id == delivery.subscription_id)
            found = (await connection.execute(wish)).one_or_none()
            subscription = read_subscription(found._mapping) if found else None
            shown = (await read_shown(connection, {delivery.chat}))[delivery.chat]
            languages = await read_languages(connection, {delivery.chat})
            parts = (await read_parts(connection, [delivery.id]))[delivery.id]
            paper_ids = await _papers_of(connection, delivery.id)
        return FollowUpBrief(
            follow_up=follow_up,
            delivery=delivery,
            parts=parts,
            subscription=subscription,
            shown=shown,
            paper_ids=paper_ids,
            language=languages.get(delivery.chat, "en"),
        )

    async def begin(self, follow_up: FollowUp, content: str, as_of: datetime, now: datetime) -> FollowUp | None:
        """Record that the platform is about to be called, with the content of every attempt.

        Return the follow-up with the content that was recorded first; None if the claim was lost.
        """
        values: dict[str, object] = {"state": FollowUpState.SENDING, "changed_at": now}
        if follow_up.as_of is None:
            values |= {"content": content, "as_of": as_of}
        change = sa.update(follow_ups).where(_held(follow_up)).values(values).returning(*follow_ups.c)
        async with self._database.write() as connection:
            rows = readable((await connection.execute(change)).all(), _read, "follow_ups")
            return rows[0] if rows else None

    async def done(self, follow_up: FollowUp, now: datetime) -> bool:
        """Record that the platform has done it. Return False if the claim was lost."""
        return await self._end(follow_up, FollowUpState.DONE, DeliveryReason.NONE, "", now)

    async def skip(self, follow_up: FollowUp, reason: DeliveryReason, now: datetime, note: str = "") -> bool:
        """Record that it is not done, for a reason of our own. Return False if the claim was lost."""
        return await self._end(follow_up, FollowUpState.SKIPPED, reason, note, now)

    async def freeze(self, follow_up: FollowUp, note: str, now: datetime) -> bool:
        """Record that the platform refuses it, and give up the later ones of the same kind and message.

        Return whether it is the first refusal of its kind since the last success for the subscription, so that
        whoever subscribed is told once.
        """
        async with self._database.write() as connection:
            if not await _record(connection, follow_up, FollowUpState.FROZEN, DeliveryReason.FORBIDDEN, note, now):
                return False
            rest = sa.and_(
                follow_ups.c.delivery_id == follow_up.delivery_id, follow_ups.c.kind == follow_up.kind, OPEN_FOLLOW_UP
            )
            values = {
                "state": FollowUpState.FROZEN,
                "reason": DeliveryReason.FORBIDDEN,
                "note": note,
                "changed_at": now,
            }
            await connection.execute(sa.update(follow_ups).where(rest).values(values))
            return await _newest_state_before(connection, follow_up) is not FollowUpState.FROZEN

    async def postpone(
        self, follow_up: FollowUp, at: datetime, reason: DeliveryReason, note: str, now: datetime, *, failed: bool
    ) -> bool:
        """Plan another attempt; `failed` counts this one as a failure. Return False if the claim was lost."""
        values = {
            "state": FollowUpState.PLANNED,
            "visible_at": at,
            "reason": reason,
            "note": note,
            "failures": follow_ups.c.failures + int(failed),
            "changed_at": now,
        }
        async with self._database.write() as connection:
            change = sa.update(follow_ups).where(_held(follow_up)).values(values)
            return bool((await connection.execute(change)).rowcount)

    async def of(self, delivery_id: int) -> list[FollowUp]:
        """Return the follow-ups of a delivery in order."""
        query = sa.select(follow_ups).where(follow_ups.c.delivery_id == delivery_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(follow_ups.c.kind, follow_ups.c.number))
            return readable(rows, _read, "follow_ups")

    async def _end(
        self, follow_up: FollowUp, state: FollowUpState, reason: DeliveryReason, note: str, now: datetime
    ) -> bool:
        async with self._database.write() as connection:
            return await _record(connection, follow_up, state, reason, note, now)


async def plan_follow_ups(
    connection: AsyncConnection, delivery_id: int, surface: str, planned: Sequence[PlannedFollowUp], now: datetime
) -> None:
    """Plan follow-ups in the transaction that marks the delivery as sent. Idempotent."""
    rows = [
        {
            "delivery_id": delivery_id,
            "surface": surface,
            "kind": each.kind,
            "number": each.number,
            "due_at": each.due_at,
            "expires_at": each.expires_at,
            "state": FollowUpState.PLANNED,
            "visible_at": each.due_at,
            "attempts": 0,
            "failures": 0,
            "owner": "",
            "reason": DeliveryReason.NONE,
            "note": "",
            "content": each.content,
            "as_of": None,
            "changed_at": now,
        }
        for each in planned
    ]
    await insert_new(connection, follow_ups, rows)


async def _skip_late(connection: AsyncConnection, surface: str, now: datetime) -> None:
    """Skip what has expired, and edits whose successor is due already."""
    later = follow_ups.alias()
    replaced = sa.exists().where(
        later.c.delivery_id == follow_ups.c.delivery_id,
        later.c.kind == follow_ups.c.kind,
        later.c.number > follow_ups.c.number,
        later.c.due_at <= now,
    )
    late = sa.or_(follow_ups.c.expires_at <= now, replaced)
    free = sa.and_(OPEN_FOLLOW_UP, follow_ups.c.surface == surface, follow_ups.c.visible_at <= now, late)
    values = {"state": FollowUpState.SKIPPED, "reason": DeliveryReason.EXPIRED, "changed_at": now}
    await connection.execute(sa.update(follow_ups).where(free).values(values))


async def _record(
    connection: AsyncConnection,
    follow_up: FollowUp,
    state: FollowUpState,
    reason: DeliveryReason,
    note: str,
    now: datetime,
) -> bool:
    values = {"state": state, "reason": reason, "note": note, "changed_at": now}
    if not (await connection.execute(sa.update(follow_ups).where(_held(follow_up)).values(values))).rowcount:
        return False
    text = f"{follow_up.kind} {follow_up.number} {state}" + (f": {note or reason}" if note or reason else "")
    await keep_changes(connection, [follow_up.delivery_id], DeliveryState.SENT, text, now)
    return True


async def _newest_state_before(connection: AsyncConnection, follow_up: FollowUp) -> FollowUpState | None:
    """Return what became of the same kind of follow-up of the subscription's digest before."""
    mine = sa.select(deliveries.c.subscription_id).where(deliveries.c.id == follow_up.delivery_id).scalar_subquery()
    query = (
        sa.select(follow_ups.c.state)
        .join(deliveries, deliveries.c.id == follow_ups.c.delivery_id)
        .where(
            deliveries.c.subscription_id == mine,
            follow_ups.c.kind == follow_up.kind,
            follow_ups.c.id < follow_up.id,
            follow_ups.c.state.in_([FollowUpState.DONE, FollowUpState.FROZEN]),
        )
        .order_by(follow_ups.c.id.desc())
        .limit(1)
    )
    found = await connection.scalar(query)
    return FollowUpState(found) if found else None


async def _papers_of(connection: AsyncConnection, delivery_id: int) -> tuple[str, ...]:
    found = await connection.scalar(
        sa.select(shown_papers.c.paper_ids).where(shown_papers.c.delivery_id == delivery_id)
    )
    return found if isinstance(found, tuple) else ()


def _held(follow_up: FollowUp) -> sa.ColumnElement[bool]:
    return sa.and_(
        follow_ups.c.id == follow_up.id,
        follow_ups.c.attempts == follow_up.attempts,
        follow_ups.c.owner == follow_up.owner,
        follow_ups.c.state.in_(_HELD),
    )


def _read(row: Mapping[Any, Any]) -> FollowUp:
    values = {name: value for name, value in row.items() if name != "surface"}
    codes = {
        "kind": FollowUpKind(row["kind"]),
        "state": FollowUpState(row["state"]),
        "reason": DeliveryReason(row["reason"]),
    }
    return FollowUp(**{**values, **codes})
