"""Subscriptions and deliveries for tests, each whole, each easy to vary."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.domain.deliveries import Delivery
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, Schedule
from bot.domain.subscriptions import Subscription
from bot.storage import Store
from bot.storage.delivery_progress import Sent, Start
from tests.builders import NOON

BERLIN_AT_NINE = Schedule(at=time(9), zone="Europe/Berlin", days=EVERY_DAY)
#: nine in the morning in Berlin on the day of NOON
DUE = datetime(2026, 4, 24, 7, tzinfo=UTC)
HERE = Chat("test", "1")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = timedelta(seconds=90)


def subscription(**facts: Any) -> Subscription:
    """Everything, every day at nine in Berlin, due at DUE, unless told otherwise."""
    given: dict[str, Any] = {"chat": HERE, "schedule": BERLIN_AT_NINE, "next_at": DUE, "created_at": NOON - 9 * DAY}
    return Subscription(**(given | facts))


async def claimed(store: Store, now: datetime = DUE, owner: str = "a") -> Delivery:
    """The one delivery that is due, in the hands of a worker."""
    await store.deliveries.plan(now)
    (delivery,) = await store.deliveries.claim("test", owner, now, LEASE, 5)
    return delivery


def start(delivery: Delivery, parts: int = 1, now: datetime = DUE) -> Start:
    """Ready to be sent in so many parts."""
    nonces = tuple(f"{delivery.id}.{part}" for part in range(parts))
    return Start(attempt=delivery.attempt, digest_id="d", composed_at=now, nonces=nonces)


def sent(delivery: Delivery, *paper_ids: str, part: int = 0) -> Sent:
    """The platform has all of it."""
    return Sent(attempt=delivery.attempt, chat=delivery.chat, part=part, message_id="m", paper_ids=paper_ids)


async def outcomes(store: Store) -> list[tuple[date, str, str]]:
    """The ledger of the chat, the oldest row first."""
    return [(each.local_date, each.state.value, each.note) for each in reversed(await store.deliveries.of(HERE, 99))]
