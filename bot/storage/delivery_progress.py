"""State transitions of claimed deliveries. Each function writes only rows whose claim is still held."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Attempt, DeliveryChange, DeliveryState
from bot.domain.follow_ups import PlannedFollowUp
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.storage.claims import held
from bot.storage.delivery_changes import keep_changes, keep_each
from bot.storage.follow_ups import plan_follow_ups
from bot.storage.removed_chats import put_removed
from bot.storage.schema import deliveries, delivery_parts, shown_lists, shown_papers
from bot.storage.subscriptions import pause
from bot.storage.upsert import insert_new, upsert

#: how long a delivery requested again by a person is retried
TRIED_AGAIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A delivery that is about to be sent."""

    attempt: Attempt
    digest_id: str
    composed_at: datetime
    #: one per part
    nonces: tuple[str, ...]
    #: index of the part that is sent first, the first missing one
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery whose last part has been sent."""

    attempt: Attempt
    chat: Chat
    part: int
    #: the platform's id of the last part
    message_id: str
    #: papers shown to the chat, in order
    paper_ids: tuple[str, ...]
    #: "late" or empty
    note: str = ""
    #: what is to be done to its message later
    follow_ups: tuple[PlannedFollowUp, ...] = ()


async def begin(connection: AsyncConnection, starts: Sequence[Start], now: datetime) -> set[int]:
    """Mark deliveries as sending. Return the ids that are still held."""
    ours: set[int] = set()
    for digest_id, composed_at in {(start.digest_id, start.composed_at): None for start in starts}:
        alike = [start.attempt for start in starts if (start.digest_id, start.composed_at) == (digest_id, composed_at)]
        values = {
            "state": DeliveryState.SENDING,
            "digest_id": digest_id,
            "composed_at": composed_at,
            "reason": DeliveryReason.NONE,
        }
        ours |= await _moved(connection, alike, values, now)
    mine = [start for start in starts if start.attempt.delivery_id in ours]
    await insert_new(connection, delivery_parts, [row for start in mine for row in _parts(start, now)])
    for start in mine:
        # a retried part keeps the time of its first attempt, which is the age of its nonce
        if start.first or start.attempt.number > 1:
            await _part(connection, start.attempt.delivery_id, start.first, {"state": DeliveryState.SENDING}, now)
    await keep_changes(connection, sorted(ours), DeliveryState.SENDING, "", now)
    return ours


async def part_sent(connection: AsyncConnection, attempt: Attempt, part: int, message_id: str, now: datetime) -> bool:
    """Record that a part was sent while others are missing. Return False if the claim was lost."""
    if not await _moved(connection, [attempt], {"state": DeliveryState.SENDING}, now):
        return False
    sent = {"state": DeliveryState.SENT, "message_id": message_id}
    await _part(connection, attempt.delivery_id, part, sent, now, DeliveryState.SENDING)
    return True


async def part_begun(connection: AsyncConnection, attempt: Attempt, part: int, now: datetime) -> bool:
    """Record that another part is about to be sent. Return False if the claim was lost."""
    if not await _moved(connection, [attempt], {"state": DeliveryState.SENDING}, now):
        return False
    await _part(connection, attempt.delivery_id, part, {"state": DeliveryState.SENDING}, now)
    return True


async def mark(connection: AsyncConnection, sent: Sequence[Sent], now: datetime) -> set[int]:
    """Mark deliveries as sent and record their papers as shown. Return the ids that were still held."""
    ours: set[int] = set()
    for note in sorted({one.note for one in sent}):
        some = [one.attempt for one in sent if one.note == note]
        ours |= await _moved(connection, some, {"state": DeliveryState.SENT, "note": note}, now)
    mine = [one for one in sent if one.attempt.delivery_id in ours]
    parts = sa.update(delivery_parts).where(
        delivery_parts.c.delivery_id == sa.bindparam("which"), delivery_parts.c.part == sa.bindparam("number")
    )
    parts = parts.values(state=DeliveryState.SENT, message_id=sa.bindparam("message"), changed_at=now)
    if mine:
        rows = [{"which": one.attempt.delivery_id, "number": one.part, "message": one.message_id} for one in mine]
        await connection.execute(parts, rows)
    await _show(connection, mine, now)
    for one in mine:
        await plan_follow_ups(connection, one.attempt.delivery_id, one.chat.surface, one.follow_ups, now)
    changes = [
        DeliveryChange(delivery_id=one.attempt.delivery_id, at=now, state=DeliveryState.SENT, reason=one.note)
        for one in mine
    ]
    await keep_each(connection, changes)
    return ours


async def reschedule(
    connection: AsyncConnection,
    attempt: Attempt,
    at: datetime,
    reason: str,
    now: datetime,
    *,
    failed: bool,
    sent: bool,
    code: DeliveryReason,
    claimed_at: datetime | None = None,
) -> bool:
    """Reschedule a retry; `failed` counts it as a failure, `sent` means that the part may have arrived.

    A part whose state was uncertain before `claimed_at` remains uncertain: this attempt may have ended before
    sending it again, so the result of the earlier one is still unknown.
    """
    values: dict[str, object] = {"state": DeliveryState.PLANNED, "visible_at": at, "note": reason, "reason": code}
    if failed:
        values["failures"] = deliveries.c.failures + 1
    if not await _moved(connection, [attempt], values, now):
        return False
    if not sent:
        query = sa.update(delivery_parts).where(
            delivery_parts.c.delivery_id == attempt.delivery_id, delivery_parts.c.state == DeliveryState.SENDING
        )
        if claimed_at is not None:
            query = query.where(delivery_parts.c.changed_at >= claimed_at)
        await connection.execute(query.values(state=DeliveryState.PLANNED))
    await keep_changes(connection, [attempt.delivery_id], DeliveryState.PLANNED, reason, now)
    return True


async def end(
    connection: AsyncConnection,
    attempts: Sequence[Attempt],
    state: DeliveryState,
    reason: str,
    now: datetime,
    *,
    code: DeliveryReason,
    notice_at: datetime | None = None,
) -> set[int]:
    """Record a final state (skipped, failed or uncertain) with its reason; `notice_at` is when to notify the chat."""
    values = {"state": state, "note": reason, "reason": code, "notice_at": notice_at}
    ours = await _moved(connection, attempts, values, now)
    await keep_changes(connection, sorted(ours), state, reason, now)
    return ours


async def refuse(
    connection: AsyncConnection,
    attempt: Attempt,
    subscription_id: int,
    reason: str,
    now: datetime,
    removed_from: Chat | None = None,
) -> bool:
    """Record a permanent failure and pause the subscription with its reason; `removed_from` is a chat that has removed
    the bot.
    """
    if not await end(connection, [attempt], DeliveryState.FAILED, reason, now, code=DeliveryReason.FORBIDDEN):
        return False
    await pause(connection, subscription_id, Pause.PLATFORM, now, reason)
    if removed_from is not None:
        await put_removed(connection, [removed_from], now)
    return True


async def resend(connection: AsyncConnection, delivery_id: int, now: datetime) -> bool:
    """Plan an uncertain or failed delivery again, for all parts that are not known to be sent."""
    over = [DeliveryState.UNCERTAIN, DeliveryState.FAILED]
    values = {
        "state": DeliveryState.PLANNED,
        "visible_at": now,
        "failures": 0,
        "note": "",
        "reason": DeliveryReason.REQUESTED,
        "expires_at": now + TRIED_AGAIN,
        "notice_at": None,
        "changed_at": now,
    }
    query = sa.update(deliveries).where(deliveries.c.id == delivery_id, deliveries.c.state.in_(over)).values(values)
    if not (await connection.execute(query)).rowcount:
        return False
    doubtful = sa.update(delivery_parts).where(
        delivery_parts.c.delivery_id == delivery_id, delivery_parts.c.state == DeliveryState.SENDING
    )
    await connection.execute(doubtful.values(state=DeliveryState.PLANNED))
    await keep_changes(connection, [delivery_id], DeliveryState.PLANNED, "sent again on demand", now)
    return True


async def leave_out(connection: AsyncConnection, delivery_id: int, now: datetime) -> bool:
    """Skip an uncertain delivery, as a person does not want it to be sent again."""
    values = {
        "state": DeliveryState.SKIPPED,
        "note": "",
        "reason": DeliveryReason.LEFT_OUT,
        "notice_at": None,
        "changed_at": now,
    }
    uncertain = sa.and_(deliveries.c.id == delivery_id, deliveries.c.state == DeliveryState.UNCERTAIN)
    if not (await connection.execute(sa.update(deliveries).where(uncertain).values(values))).rowcount:
        return False
    await keep_changes(connection, [delivery_id], DeliveryState.SKIPPED, "left out on demand", now)
    return True


async def _moved(
    connection: AsyncConnection, attempts: Collection[Attempt], values: Mapping[str, object], now: datetime
) -> set[int]:
    """Update the rows that are still held. Return their ids."""
    query = sa.update(deliveries).where(held(attempts)).values(**values, changed_at=now).returning(deliveries.c.id)
    return set(await connection.scalars(query)) if attempts else set()


async def _part(
    connection: AsyncConnection,
    delivery_id: int,
    part: int,
    values: Mapping[str, object],
    now: datetime,
    before: DeliveryState = DeliveryState.PLANNED,
) -> None:
    query = sa.update(delivery_parts).where(
        delivery_parts.c.delivery_id == delivery_id, delivery_parts.c.part == part, delivery_parts.c.state == before
    )
    await connection.execute(query.values(**values, changed_at=now))


def _parts(start: Start, now: datetime) -> list[dict[str, object]]:
    return [
        {
            "delivery_id": start.attempt.delivery_id,
            "part": number,
            "nonce": nonce,
            "state": DeliveryState.SENDING if number == start.first else DeliveryState.PLANNED,
            "message_id": "",
            "changed_at": now,
        }
        for number, nonce in enumerate(start.nonces)
    ]


async def _show(connection: AsyncConnection, sent: Sequence[Sent], now: datetime) -> None:
    """Record the papers as the chat's last list and as shown."""
    chats = [
        (one, {"surface": one.chat.surface, "chat": one.chat.id, "thread": one.chat.thread, "shown_at": now})
        for one in sent
        if one.paper_ids
    ]
    await upsert(
        connection,
        shown_papers,
        [{**chat, "delivery_id": one.attempt.delivery_id, "paper_ids": one.paper_ids} for one, chat in chats],
    )
    await upsert(connection, shown_lists, [{**chat, "paper_ids": one.paper_ids} for one, chat in chats])
