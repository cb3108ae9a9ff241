"""What the ledger does when nobody's surface is at hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.deliveries import Delivery, DeliveryState
from bot.storage import Store
from bot.storage.delivery_progress import Sent, Start

_LEASE = timedelta(minutes=5)


async def claimed(store: Store, now: datetime) -> Delivery:
    """The one delivery that is due, in a worker's hands."""
    await store.deliveries.plan(now)
    (delivery,) = await store.deliveries.claim("console", "worker", now, _LEASE, 5)
    return delivery


async def begun(store: Store, now: datetime) -> Delivery:
    """The same, and its first byte has left."""
    delivery = await claimed(store, now)
    start = Start(attempt=delivery.attempt, digest_id="2026-04-27-abc", composed_at=now, nonces=("n1",))
    await store.deliveries.begin([start], now)
    return delivery


async def sent(store: Store, now: datetime, *paper_ids: str) -> Delivery:
    """The one delivery that is due is sent and brings these papers."""
    delivery = await begun(store, now)
    whole = Sent(attempt=delivery.attempt, chat=delivery.chat, part=0, message_id="7", paper_ids=paper_ids)
    await store.deliveries.mark([whole], now)
    return delivery


async def ended(store: Store, now: datetime, state: DeliveryState, reason: str) -> Delivery:
    """The one delivery that is due ends in another state."""
    delivery = await begun(store, now)
    await store.deliveries.end([delivery.attempt], state, reason, now)
    return delivery
