"""The ledger: repository of deliveries, one row per subscription and local date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.days import day_or_none, shifted
from bot.domain.deliveries import Attempt, Delivery, DeliveryChange, DeliveryPart, DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.spreading import NOT_SPREAD, Spreading
from bot.domain.subscriptions import Subscription
from bot.storage import claims, delivery_progress, notices, restored
from bot.storage.chat_filter import among
from bot.storage.chats import move_chat, of_chat
from bot.storage.claims import read_delivery, read_parts
from bot.storage.database import Database
from bot.storage.delivery_changes import read_changes
from bot.storage.delivery_progress import Sent, Start
from bot.storage.generations import Generations, raise_generation
from bot.storage.languages import read_languages
from bot.storage.planner import Plan, Planner, expire, waiting
from bot.storage.rows import legible
from bot.storage.schema import deliveries, shown_papers, subscriptions
from bot.storage.shown_papers import read_shown
from bot.storage.slot_sizes import DueSlot, sizes
from bot.storage.subscriptions import read_subscription

#: maximum distance between a local date and the UTC date of its digest
_ANY_ZONE = timedelta(days=2)
_STATES = frozenset(DeliveryState)
#: final states that need no attention
_OVER = (DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Everything known about a claimed delivery before its digest is composed."""

    delivery: Delivery
    #: None if it was removed in the meantime
    subscription: Subscription | None
    #: parts of an earlier attempt, in order
    parts: Sequence[DeliveryPart]
    #: ids of papers shown to the chat, with the time
    shown: Mapping[str, datetime]
    #: whether another delivery of the same chat is being sent, whose papers are not recorded yet
    crowded: bool
    #: tag of the chat's language
    language: str = "en"


class Deliveries:
    """Each change is one transaction. Writers must hold the claim; otherwise nothing is changed, as the result says."""

    def __init__(self, database: Database, generations: Generations | None = None) -> None:
        self._database = database
        self._generations = generations or Generations(database)
        self._planner = Planner(Plan())

    async def plan(self, now: datetime, plan: Plan = Plan()) -> int:  # noqa: B008 - frozen
        """Plan at most `plan.limit` due subscriptions in one transaction. Return their number.

        Each gets a row for its newest occurrence, unless its local date has one, and `next_at` is advanced.
        Occurrences missed by more than the grace period are skipped, as are deliveries that were not started within
        it.
        """
        if plan != self._planner.plan:
            self._planner = Planner(plan)
        async with self._database.write() as connection:
            planned = await self._planner.plan_batch(connection, now)
            if planned < plan.limit:
                await expire(connection, now, plan.grace, plan.limit)
            return planned

    async def claim(self, surface: str, owner: str, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Claim at most `limit` due deliveries of a surface, the longest due first."""
        async with self._database.write() as connection:
            return await claims.claim(connection, surface, owner, now, lease, limit)

    async def briefs(self, claimed: Sequence[Delivery], together: Collection[Delivery] = ()) -> list[Brief]:
        """Return what is needed to compose and send the deliveries, from one snapshot.

        `together` are all deliveries that the same worker has claimed and sends in order, which do not conflict with
        each other.
        """
        async with self._database.read() as connection:
            standing = await _standing(connection, {delivery.chat for delivery in claimed})
            parts = await read_parts(connection, [delivery.id for delivery in claimed if delivery.attempts > 1])
            shown = await read_shown(connection, {delivery.chat for delivery in claimed})
            languages = await read_languages(connection, {delivery.chat for delivery in claimed})
            crowded = await _crowded(connection, claimed, standing, {each.id for each in (*claimed, *together)})
        return [
            Brief(
                delivery=delivery,
                subscription=standing.get(delivery.subscription_id),
                parts=parts.get(delivery.id, ()),
                shown=shown[delivery.chat],
                crowded=delivery.id in crowded,
                language=languages.get(delivery.chat, "en"),
            )
            for delivery in claimed
        ]

    async def begin(self, starts: Sequence[Start], now: datetime) -> set[int]:
        """Mark deliveries as sending before their first bytes are sent, and raise the generation. Return the ids still
        held.
        """
        async with self._database.write() as connection:
            ours = await delivery_progress.begin(connection, starts, now)
            raised = await raise_generation(connection, now) if ours else None
        self._generations.committed(raised)
        return ours

    async def part_sent(self, attempt: Attempt, part: int, message_id: str, now: datetime) -> bool:
        """Record that one of several parts was sent. Return False if the claim was lost."""
        async with self._database.write() as connection:
            return await delivery_progress.part_sent(connection, attempt, part, message_id, now)

    async def part_begun(self, attempt: Attempt, part: int, now: datetime) -> bool:
        """Record that another part is about to be sent and raise the generation. Return False if the claim is lost."""
        async with self._database.write() as connection:
            ours = await delivery_progress.part_begun(connection, attempt, part, now)
            raised = await raise_generation(connection, now) if ours else None
        self._generations.committed(raised)
        return ours

    async def mark(self, sent: Sequence[Sent], now: datetime) -> set[int]:
        """Record deliveries as sent and their papers as shown. Return the ids that were still held."""
        async with self._database.write() as connection:
            return await delivery_progress.mark(connection, sent, now)

    async def reschedule(
        self,
        attempt: Attempt,
        at: datetime,
        reason: str,
        now: datetime,
        *,
        failed: bool = True,
        sent: bool = False,
        code: DeliveryReason = DeliveryReason.REFUSED,
        claimed_at: datetime | None = None,
    ) -> bool:
        """Reschedule a retry; `failed` counts it as a failure, `sent` means that the part may have arrived.

        A part whose state was uncertain before `claimed_at` remains uncertain.
        """
        async with self._database.write() as connection:
            return await delivery_progress.reschedule(
                connection, attempt, at, reason, now, failed=failed, sent=sent, code=code, claimed_at=claimed_at
            )

    async def end(
        self,
        attempts: Sequence[Attempt],
        state: DeliveryState,
        reason: str,
        now: datetime,
        *,
        code: DeliveryReason = DeliveryReason.NONE,
        notice_at: datetime | None = None,
    ) -> set[int]:
        """Record a final state: skipped, failed or uncertain. Return the ids that were still held.

        `notice_at` is when to tell the chat that the digest may be missing.
        """
        async with self._database.write() as connection:
            return await delivery_progress.end(connection, attempts, state, reason, now, code=code, notice_at=notice_at)

    async def refuse(
        self, attempt: Attempt, subscription_id: int, reason: str, now: datetime, removed_from: Chat | None = None
    ) -> bool:
        """Record a permanent failure and pause the subscription with the same reason.

        `removed_from` is the chat if it was refused because the bot is not in it any more.
        """
        async with self._database.write() as connection:
            return await delivery_progress.refuse(connection, attempt, subscription_id, reason, now, removed_from)

    async def follow(self, delivery: Delivery, to: Chat, now: datetime) -> bool:
        """Move all rows of a chat to its new id and retry the delivery immediately.

        It counts as a failure, so that two chats that each refer to the other cannot loop.
        """
        reason = f"the chat has become {to}"
        async with self._database.write() as connection:
            await move_chat(connection, delivery.chat, to)
            return await delivery_progress.reschedule(
                connection, delivery.attempt, now, reason, now, failed=True, sent=False, code=DeliveryReason.MOVED
            )

    async def resend(self, delivery_id: int, now: datetime) -> bool:
        """Send the missing parts of an uncertain or failed delivery. Return False if it is neither."""
        async with self._database.write() as connection:
            return await delivery_progress.resend(connection, delivery_id, now)

    async def leave_out(self, delivery_id: int, now: datetime) -> bool:
        """Record that an uncertain delivery is not to be sent again. Return False if it is not uncertain."""
        async with self._database.write() as connection:
            return await delivery_progress.leave_out(connection, delivery_id, now)

    async def park_restored(self, until: datetime, now: datetime, limit: int, spreading: Spreading = NOT_SPREAD) -> int:
        """Mark at most `limit` open items of each kind that were due until `until` as uncertain. Return their number.

        In a restored older copy, what the newer state had sent is still open: ledger rows, and subscriptions whose
        slot has no row yet. With `spreading`, also those of spread slots that began before they were due.
        """
        async with self._database.write() as connection:
            return await restored.park(connection, until, now, limit, spreading)

    async def slot_sizes(self, wanted: Collection[DueSlot]) -> dict[DueSlot, int]:
        """Return how many digests each slot has."""
        async with self._database.read() as connection:
            return await sizes(connection, wanted)

    async def take_notices(self, surface: str, now: datetime, quiet: timedelta, limit: int) -> list[list[Delivery]]:
        """Take the uncertain deliveries of at most `limit` chats that have to be notified, by chat.

        Return none while one of the surface became uncertain less than `quiet` ago, because the outage may continue.
        What was taken is not returned again unless `put_off_notice` is called.
        """
        async with self._database.write() as connection:
            return await notices.take(connection, surface, now, quiet, limit)

    async def put_off_notice(self, delivery_ids: Collection[int], at: datetime) -> None:
        """Postpone the notice to the chat; deliveries sent again in the meantime are left out."""
        async with self._database.write() as connection:
            await notices.put_off(connection, delivery_ids, at)

    async def get(self, delivery_id: int) -> Delivery | None:
        """Return the delivery with this id, or None."""
        found = await self._read(sa.select(deliveries).where(deliveries.c.id == delivery_id))
        return found[0] if found else None

    async def of(self, chat: Chat, limit: int) -> list[Delivery]:
        """Return the deliveries of a chat, newest first."""
        return await self.find(chat=chat, limit=limit)

    async def find(
        self,
        *,
        state: DeliveryState | None = None,
        chat: Chat | None = None,
        day: date | None = None,
        limit: int = 100,
    ) -> list[Delivery]:
        """Return deliveries, newest first, filtered by state, chat and local date where given."""
        query = sa.select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
        if state:
            query = query.where(deliveries.c.state == state)
        if chat:
            query = query.where(of_chat(deliveries, chat))
        if day:
            query = query.where(deliveries.c.local_date == day)
        return await self._read(query)

    async def newest_of(self, subscription_ids: Collection[int]) -> list[Delivery]:
        """Return the open deliveries of subscriptions, and of each the one over with the newest local date."""
        theirs = deliveries.c.subscription_id.in_(subscription_ids)
        over = deliveries.c.state.in_([*_OVER, DeliveryState.UNCERTAIN])
        newest = (
            sa.select(deliveries.c.subscription_id, sa.func.max(deliveries.c.local_date).label("day"))
            .where(theirs, over)
            .group_by(deliveries.c.subscription_id)
            .subquery()
        )
        last = sa.tuple_(deliveries.c.subscription_id, deliveries.c.local_date).in_(sa.select(newest))
        return await self._read(
            sa.select(deliveries).where(theirs, sa.or_(sa.not_(over), last)).order_by(deliveries.c.id.desc())
        )

    async def recent_at(self, surface: str, places: Collection[str], since: date, limit: int) -> list[Delivery]:
        """Return the deliveries of chat ids in any thread with local dates since a day, newest first."""
        at = sa.and_(deliveries.c.surface == surface, deliveries.c.chat.in_(places), deliveries.c.local_date >= since)
        return await self._read(sa.select(deliveries).where(at).order_by(deliveries.c.id.desc()).limit(limit))

    async def parts(self, delivery_id: int) -> list[DeliveryPart]:
        """Return the parts of a delivery in order; none before it was started."""
        async with self._database.read() as connection:
            return (await read_parts(connection, [delivery_id]))[delivery_id]

    async def changes(self, delivery_id: int) -> list[DeliveryChange]:
        """Return the state transitions of a delivery, oldest first."""
        async with self._database.read() as connection:
            return await read_changes(connection, delivery_id)

    async def brought(self, digest_id: str) -> tuple[str, ...]:
        """Return the papers of a sent digest in order; empty if it was not sent or has been pruned.

        The id starts with the UTC date of the digest, which limits the rows to search.
        """
        day = day_or_none(digest_id[: len("2026-04-24")])
        if day is None:
            return ()
        query = (
            sa.select(shown_papers.c.paper_ids)
            .join(deliveries, deliveries.c.id == shown_papers.c.delivery_id)
            .where(deliveries.c.local_date.between(shifted(day, -_ANY_ZONE), shifted(day, _ANY_ZONE)))
            .where(deliveries.c.digest_id == digest_id)
            .limit(1)
        )
        async with self._database.read() as connection:
            return legible(await connection.scalar(query), ()) or ()

    async def counts(self, since: date) -> dict[DeliveryState, int]:
        """Return the number of deliveries per state, for local dates since `since`."""
        query = sa.select(deliveries.c.state, sa.func.count()).where(deliveries.c.local_date >= since)
        async with self._database.read() as connection:
            rows = await connection.execute(query.group_by(deliveries.c.state))
            return {DeliveryState(state): number for state, number in rows if state in _STATES}

    async def unsent(self, since: datetime, until: datetime) -> dict[DeliveryState, int]:
        """Return the numbers of unsent deliveries due between two moments, by state, without deliberate skips."""
        query = sa.select(deliveries.c.state, sa.func.count()).where(_unsent(since, until))
        async with self._database.read() as connection:
            rows = await connection.execute(query.group_by(deliveries.c.state))
            return {DeliveryState(state): number for state, number in rows if state in _STATES}

    async def find_unsent(self, since: datetime, until: datetime, limit: int) -> list[Delivery]:
        """Return the newest of these deliveries."""
        return await self._read(
            sa.select(deliveries).where(_unsent(since, until)).order_by(deliveries.c.id.desc()).limit(limit)
        )

    async def waiting(self) -> dict[str, datetime]:
        """Return, by surface, since or from when its oldest open delivery can be claimed."""
        async with self._database.read() as connection:
            return await waiting(connection)

    async def lag(self, now: datetime) -> timedelta:
        """Return how long the oldest due delivery has been waiting, planned or not; zero if none is due."""
        async with self._database.read() as connection:
            due = await connection.scalar(sa.select(sa.func.min(subscriptions.c.next_at)))
            oldest = [*(await waiting(connection)).values(), legible(due, now) or now]
        return max(now - min(oldest), timedelta(0))

    async def prune(self, before: date, limit: int) -> int:
        """Delete at most `limit` finished rows with local dates before a day, except uncertain ones. Return their
        number.
        """
        old = (
            sa.select(deliveries.c.id)
            .where(deliveries.c.local_date < before, deliveries.c.state.in_(_OVER))
            .limit(limit)
        )
        async with self._database.write() as connection:
            return (await connection.execute(sa.delete(deliveries).where(deliveries.c.id.in_(old)))).rowcount

    async def _read(self, query: sa.Select[*tuple[object, ...]]) -> list[Delivery]:
        async with self._database.read() as connection:
            return [read_delivery(row._mapping) for row in await connection.execute(query)]


def _unsent(since: datetime, until: datetime) -> sa.ColumnElement[bool]:
    """Return the condition for deliveries due between two moments and not sent, except deliberately skipped ones."""
    wanted = [DeliveryReason.EMPTY, DeliveryReason.PAUSED, DeliveryReason.REMOVED]
    return sa.and_(
        # the index is on local dates, which are close to the due times
        deliveries.c.local_date.between(shifted(since.date(), -_ANY_ZONE), shifted(until.date(), _ANY_ZONE)),
        deliveries.c.due_at.between(since, until),
        deliveries.c.state != DeliveryState.SENT,
        sa.func.coalesce(deliveries.c.reason, "").not_in(wanted),
    )


async def _standing(connection: AsyncConnection, chats: Collection[Chat]) -> dict[int, Subscription]:
    """Return all subscriptions of some chats, by id."""
    query = sa.select(subscriptions).where(among(subscriptions, chats))
    return {row.id: read_subscription(row._mapping) for row in await connection.execute(query)}


async def _crowded(
    connection: AsyncConnection,
    claimed: Sequence[Delivery],
    standing: Mapping[int, Subscription],
    together: Collection[int],
) -> set[int]:
    """Return the ids whose chat is being sent another digest. Only chats with several subscriptions can be affected.

    A delivery that another worker has claimed counts too: it may be composed already, with the same papers.
    """
    wishes = Counter(one.chat for one in standing.values())
    busy = [delivery for delivery in claimed if wishes[delivery.chat] > 1]
    if not busy:
        return set()
    query = sa.select(deliveries).where(
        among(deliveries, {delivery.chat for delivery in busy}),
        deliveries.c.state.in_([DeliveryState.CLAIMED, DeliveryState.SENDING]),
        deliveries.c.id.not_in(together),
    )
    sending_now = {read_delivery(row._mapping).chat for row in await connection.execute(query)}
    return {delivery.id for delivery in busy if delivery.chat in sending_now}
