"""Repository of subscriptions: changes, pauses, and when each is due next."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import DeliveryState
from bot.domain.log import Log
from bot.domain.pages import Layout
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, Announcer, Schedule
from bot.domain.subscriptions import EmptyDay, Pause, Subscription
from bot.domain.taste import Strength
from bot.storage.chats import OF_A_CHAT, of_chat, of_mailbox
from bot.storage.database import Database
from bot.storage.delivery_changes import keep_changes
from bot.storage.removed_chats import drop_removed
from bot.storage.rows import WRONG_VALUE, Unreadable, intact, legible, quoted, readable, report
from bot.storage.schema import deliveries, subscriptions

log = Log(__name__)

#: columns that an edit does not change; `next_at` follows from the schedule
_NEVER_EDITED = frozenset({"surface", "chat", "thread", "paused", "paused_detail", "created_at", "person", "next_at"})
#: valid range of each number; `Schedule` checks the others
_RANGES = {"days": (0, 127), "size": (1, 1000), "threshold": (0, 10**9), "repeat_days": (1, 36_500)}
#: placeholders for unreadable values
_ANY = Schedule(at=time(9), zone="UTC", days=EVERY_DAY)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
#: pauses that whoever subscribed is told of, and how long after: what is paused together is told together
TOLD = frozenset({Pause.PLATFORM, Pause.UNREADABLE, Pause.OTHER})
NOTICE_AFTER = timedelta(seconds=10)
#: rows per transaction when iterating over all
_AT_ONCE = 1000


class Subscriptions:
    """Subscriptions of all chats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, subscription: Subscription) -> Subscription:
        """Insert a subscription. Return it with its id."""
        async with self._database.write() as connection:
            return await add_subscription(connection, subscription)

    async def get(self, subscription_id: int) -> Subscription | None:
        """Return the subscription with this id, or None."""
        async with self._database.read() as connection:
            return (await read_subscriptions(connection, [subscription_id])).get(subscription_id)

    async def of(self, chat: Chat) -> list[Subscription]:
        """Return the subscriptions of a chat, oldest first, so that their numbers are stable."""
        query = sa.select(subscriptions).where(of_chat(subscriptions, chat)).order_by(subscriptions.c.id)
        async with self._database.read() as connection:
            return [read_subscription(row._mapping) for row in await connection.execute(query)]

    async def at(self, surface: str, places: Collection[str]) -> list[Subscription]:
        """Return the subscriptions of several chat ids of a surface, in any thread."""
        query = (
            sa.select(subscriptions)
            .where(subscriptions.c.surface == surface, subscriptions.c.chat.in_(places))
            .order_by(subscriptions.c.id)
        )
        async with self._database.read() as connection:
            return [read_subscription(row._mapping) for row in await connection.execute(query)]

    async def count_of_mailbox(self, address: str) -> int:
        """Return the number of subscriptions of a mailbox, under all its plus addresses."""
        query = (
            sa.select(sa.func.count())
            .select_from(subscriptions)
            .where(subscriptions.c.surface == "email", of_mailbox(subscriptions.c.chat, address))
        )
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def queries(self) -> list[str]:
        """Return the queries of all subscriptions, without duplicates."""
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(subscriptions.c.query).distinct())
            return readable(rows, lambda row: row["query"], "subscriptions")

    async def count(self) -> int:
        """Return the number of subscriptions."""
        async with self._database.read() as connection:
            return await connection.scalar(sa.select(sa.func.count()).select_from(subscriptions)) or 0

    async def active_queries(self) -> list[str]:
        """Return the different queries of all subscriptions that are not paused."""
        query = (
            sa.select(subscriptions.c.query).where(subscriptions.c.paused == "", subscriptions.c.query != "").distinct()
        )
        async with self._database.read() as connection:
            return [text for text in await connection.scalars(query) if legible(text, "")]

    async def change(self, subscription: Subscription, before: Subscription | None = None) -> bool:
        """Replace the subscription with the same id. Return False if there is none.

        With `before`, the subscription that the change was made from, also return False if its settings have changed
        since. Other concurrent changes are kept: a pause, a move of its chat, and when it is due next. `next_at` is
        applied only with a new schedule.
        """
        async with self._database.write() as connection:
            locked = sa.select(subscriptions).where(subscriptions.c.id == subscription.id).with_for_update()
            there = (await connection.execute(locked)).one_or_none()
            if there is None:
                return False
            known = read_subscription(there._mapping)
            if before is not None and _settings(before) != _settings(known):
                return False
            values = _settings(subscription) | {"next_at": subscription.next_at}
            if known.paused or known.schedule == subscription.schedule:
                values["next_at"] = known.next_at
            await connection.execute(sa.update(subscriptions).where(subscriptions.c.id == known.id).values(values))
        return True

    async def pause(self, subscription_id: int, reason: Pause, now: datetime, detail: str = "") -> bool:
        """Pause a subscription with a reason. Return False if there is none with this id.

        `detail` is a clause that is shown to people.
        """
        async with self._database.write() as connection:
            return await pause(connection, subscription_id, reason, now, detail)

    async def resume(self, subscription_id: int, next_at: datetime, *, notice_at: datetime | None = None) -> bool:
        """Resume a subscription, first due at `next_at`. Return False if it does not exist or cannot be read.

        `notice_at` is when to tell whoever subscribed; without it they are not told, as a person resumed it.
        """
        values = {"paused": "", "paused_detail": "", "next_at": next_at, "notice_at": notice_at}
        values |= {} if notice_at else {"notified": ""}
        async with self._database.write() as connection:
            there = sa.select(subscriptions).where(subscriptions.c.id == subscription_id).with_for_update()
            row = (await connection.execute(there)).one_or_none()
            if row is None or is_unreadable({**row._mapping, **values}):
                return False
            await connection.execute(
                sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(values)
            )
            await drop_removed(connection, Chat(row.surface, row.chat, row.thread))
        return True

    async def by_person(self, surface: str, person: str) -> list[Subscription]:
        """Return what a person subscribed to on a surface, in any chat."""
        query = sa.select(subscriptions).where(subscriptions.c.surface == surface, subscriptions.c.person == person)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(subscriptions.c.id))
            return [read_subscription(row._mapping) for row in rows]

    async def forget_person(self, surface: str, person: str) -> int:
        """Forget who subscribed; the subscriptions stay. Return the number of rows."""
        theirs = sa.update(subscriptions).where(subscriptions.c.surface == surface, subscriptions.c.person == person)
        async with self._database.write() as connection:
            return (await connection.execute(theirs.values(person=""))).rowcount

    async def move(self, subscription_id: int, to: Chat) -> bool:
        """Send a subscription to another chat, with what is planned and not started. Return False if it is gone."""
        place = {"surface": to.surface, "chat": to.id, "thread": to.thread}
        moving = sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(place)
        planned = sa.update(deliveries).where(
            deliveries.c.subscription_id == subscription_id, deliveries.c.state == DeliveryState.PLANNED
        )
        async with self._database.write() as connection:
            moved = (await connection.execute(moving)).rowcount > 0
            await drop_removed(connection, to)
            await connection.execute(planned.values(place))
            return moved

    async def remove(self, subscription_id: int) -> bool:
        """Delete a subscription. Ledger rows are kept; deliveries not sent yet are skipped when they are due."""
        async with self._database.write() as connection:
            gone = await connection.execute(sa.delete(subscriptions).where(subscriptions.c.id == subscription_id))
            return gone.rowcount > 0

    async def forget(self, chat: Chat) -> int:
        """Permanently delete all rows of a chat. Return their number; 0 for a chat without id, which has none."""
        if not chat.id:
            return 0
        async with self._database.write() as connection:
            return sum(
                [
                    (await connection.execute(sa.delete(table).where(of_chat(table, chat)))).rowcount
                    for table in OF_A_CHAT
                ]
            )

    async def recompute(self, now: datetime) -> int:
        """Recompute when each is due after an update of time zone rules. Return how many changed.

        What is already due is not changed. The others keep their local date.
        """
        changed, last = 0, 0
        while True:
            async with self._database.write() as connection:
                rows = await connection.execute(
                    sa.select(subscriptions)
                    .where(subscriptions.c.id > last, subscriptions.c.next_at > now)
                    .order_by(subscriptions.c.id)
                    .limit(_AT_ONCE)
                )
                found = [read_subscription(row._mapping) for row in rows]
                moved = await _all_moved(connection, found, now)
                await move_on(connection, moved)
            changed += len(moved)
            if len(found) < _AT_ONCE:
                return changed
            last = found[-1].id


async def add_subscription(connection: AsyncConnection, subscription: Subscription) -> Subscription:
    """Insert a subscription within the connection's transaction."""
    kept = await connection.execute(sa.insert(subscriptions).values(_row(subscription)).returning(*subscriptions.c))
    await drop_removed(connection, subscription.chat)
    return read_subscription(kept.one()._mapping)


async def read_subscriptions(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Subscription]:
    """Return the subscriptions with these ids, by id."""
    rows = await connection.execute(sa.select(subscriptions).where(subscriptions.c.id.in_(ids)))
    return {row.id: read_subscription(row._mapping) for row in rows}


async def move_on(connection: AsyncConnection, next_at: Mapping[int, datetime]) -> None:
    """Set when each is due next."""
    query = sa.update(subscriptions).where(subscriptions.c.id == sa.bindparam("which"))
    if next_at:
        await connection.execute(
            query.values(next_at=sa.bindparam("moment")), [{"which": id, "moment": at} for id, at in next_at.items()]
        )


async def pause(
    connection: AsyncConnection, subscription_id: int, reason: Pause, now: datetime, detail: str = ""
) -> bool:
    """Pause within the connection's transaction; planned deliveries that were not started are skipped."""
    await _skip_planned(connection, subscription_id, "its subscription was paused", now)
    notice_at = now + NOTICE_AFTER if reason in TOLD else None
    values = {"paused": reason, "paused_detail": detail, "next_at": None, "notice_at": notice_at}
    query = sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(values)
    return (await connection.execute(query)).rowcount > 0


async def _skip_planned(connection: AsyncConnection, subscription_id: int, reason: str, now: datetime) -> None:
    skipped = await connection.scalars(
        sa.update(deliveries)
        .where(deliveries.c.subscription_id == subscription_id, deliveries.c.state == DeliveryState.PLANNED)
        .values(state=DeliveryState.SKIPPED, note=reason, reason=DeliveryReason.PAUSED, changed_at=now)
        .returning(deliveries.c.id)
    )
    await keep_changes(connection, skipped.all(), DeliveryState.SKIPPED, reason, now)


async def _all_moved(connection: AsyncConnection, found: Sequence[Subscription], now: datetime) -> dict[int, datetime]:
    """Return the new due time of those that have changed; those that cannot be computed are paused."""
    moved = {}
    for one in found:
        try:
            at = _moved(one, now) if one.paused is not Pause.UNREADABLE else None
        except Exception as error:
            await park(connection, replace(one, paused_detail=unplanned(one, error)), now)
        else:
            if one.paused is Pause.UNREADABLE:
                await park(connection, one, now)
            elif at and at != one.next_at:
                moved[one.id] = at
    return moved


def unplanned(subscription: Subscription, error: Exception) -> str:
    """Log why a due time cannot be computed. Return the reason as a clause for people."""
    reference = os.urandom(4).hex()
    log.exception("not planned", reference=reference, subscription=subscription.id, chat=str(subscription.chat))
    return f"when it is due cannot be worked out ({type(error).__name__}, in the log as {reference})"


async def park(connection: AsyncConnection, unreadable: Subscription, now: datetime) -> bool:
    """Pause an unreadable subscription. Return False if it is paused already."""
    paused = await connection.scalar(sa.select(subscriptions.c.paused).where(subscriptions.c.id == unreadable.id))
    if paused in frozenset(Pause):
        # a paused subscription is never due, whatever its row says
        never = sa.update(subscriptions).where(subscriptions.c.id == unreadable.id).values(next_at=None)
        await connection.execute(never)
        return False
    return await pause(connection, unreadable.id, Pause.UNREADABLE, now, unreadable.paused_detail)


def _moved(subscription: Subscription, now: datetime) -> datetime | None:
    schedule, old = subscription.schedule, subscription.next_at
    return old and (schedule.occurrence(schedule.local_date(old)) or schedule.next_after(now))


def _settings(subscription: Subscription) -> dict[str, Any]:
    """Return the columns that an edit changes."""
    return {name: value for name, value in _row(subscription).items() if name not in _NEVER_EDITED}


def _row(subscription: Subscription) -> dict[str, Any]:
    schedule, chat = subscription.schedule, subscription.chat
    return {
        "surface": chat.surface,
        "chat": chat.id,
        "thread": chat.thread,
        "query": subscription.query,
        "at": schedule.at,
        "zone": schedule.zone,
        "days": sum(1 << day for day in schedule.days),
        "month_day": schedule.month_day,
        "announced": schedule.announced,
        "announcer": schedule.announcer,
        "size": subscription.size,
        "threshold": subscription.threshold,
        "empty": subscription.empty,
        "repeat_days": subscription.repeat_days,
        "silent": subscription.silent,
        "role": subscription.role,
        "taste": subscription.taste or "",
        "layout": subscription.layout,
        "thumbnails": subscription.thumbnails,
        "living": subscription.living,
        "discussion": subscription.discussion,
        "next_at": subscription.next_at,
        "paused": subscription.paused or "",
        "paused_detail": subscription.paused_detail,
        "created_at": subscription.created_at,
        "person": subscription.person,
    }


def read_subscription(row: Mapping[Any, Any]) -> Subscription:
    """Return a subscription. An unreadable one is returned as paused, with the reason and its readable values."""
    try:
        return read_strictly(row)
    except WRONG_VALUE as error:
        report("subscriptions", str(row["id"]), str(error))
        return _in_place_of(row, str(error))


def read_strictly(row: Mapping[Any, Any]) -> Subscription:
    """Return a subscription. Raise one of `WRONG_VALUE` that names the unreadable value."""
    intact(row)
    for name, (least, most) in _RANGES.items():
        if row[name] is not None and not least <= row[name] <= most:
            raise Unreadable(f"{name} is {quoted(row[name])}, not {least} to {most}")
    return Subscription(
        id=row["id"],
        chat=Chat(row["surface"], row["chat"], row["thread"]),
        query=row["query"],
        schedule=_schedule(
            row["at"], row["zone"], row["days"], row["month_day"], row["announced"], Announcer(row["announcer"])
        ),
        size=row["size"],
        threshold=row["threshold"],
        empty=EmptyDay(row["empty"]),
        repeat_days=row["repeat_days"],
        silent=row["silent"],
        role=row["role"],
        taste=Strength(row["taste"]) if row["taste"] else None,
        layout=Layout(row["layout"]),
        thumbnails=row["thumbnails"],
        living=row["living"],
        discussion=row["discussion"],
        next_at=row["next_at"],
        paused=Pause(row["paused"]) if row["paused"] else None,
        paused_detail=row["paused_detail"],
        created_at=row["created_at"],
        person=row["person"],
    )


def is_unreadable(row: Mapping[Any, Any]) -> bool:
    """Return whether a row cannot be read."""
    try:
        read_strictly(row)
    except WRONG_VALUE:
        return True
    return False


def _in_place_of(row: Mapping[Any, Any], reason: str) -> Subscription:
    return Subscription(
        id=row["id"],
        chat=Chat(*(legible(row[name], "") for name in ("surface", "chat", "thread"))),
        query=legible(row["query"], ""),
        schedule=_ANY,
        paused=Pause.UNREADABLE,
        paused_detail=reason,
        created_at=legible(row["created_at"], _LONG_AGO),
        person=legible(row["person"], ""),
    )


@lru_cache(maxsize=10_000)
def _schedule(
    at: time | None, zone: str, days: int, month_day: int | None, announced: bool, announcer: Announcer
) -> Schedule:
    """Return a validated schedule; cached, because many subscriptions share one."""
    each = frozenset(day for day in range(7) if days >> day & 1)
    return Schedule(at=at, zone=zone, days=each, month_day=month_day, announced=announced, announcer=announcer)
