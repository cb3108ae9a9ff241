"""A store with papers and subscriptions, and workers for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.deliveries import Delivery, DeliveryState
from bot.services.delivery.deliverer import Deliverer
from bot.services.delivery.worker_config import WorkerConfig
from bot.storage import Store
from tests.builders import TODAY, listing, observation, paper
from tests.services.postbox import Postbox
from tests.storage.harvests import harvest
from tests.storage.ledger import DUE, HERE

#: so unlike each other that all of them come
SUBJECTS = ("Geometry", "Memory", "Robots", "Proteins", "Weather", "Music", "Agents", "Chess", "Rivers", "Lenses")
YESTERDAY = TODAY - timedelta(days=1)


async def fill(store: Store, count: int = 6, *, first: int = 1, at: datetime = DUE - timedelta(hours=1)) -> list[str]:
    """Papers on the lists of yesterday and today, those with the lowest numbers voted for most; their ids."""
    ids = [f"2604.{number:05}" for number in range(first, first + count)]
    words = (SUBJECTS[number % len(SUBJECTS)] for number in range(first, first + count))
    days = (at.date() - timedelta(days=1), at.date())
    await store.keep(
        harvest(
            *(paper(id, title=f"{word} of {id}") for id, word in zip(ids, words, strict=True)),
            *(listing(id, day) for id in ids for day in days),
            *(observation(id, votes=90 - place, seen_at=at) for place, id in enumerate(ids)),
            seen_at=at,
            day=at.date(),
        )
    )
    return ids


def worker(store: Store, *boxes: Postbox, owner: str = "a", config: WorkerConfig = WorkerConfig()) -> Deliverer:  # noqa: B008 - frozen
    """One that delivers to these platforms."""
    return Deliverer(store, {box.name: box for box in boxes}, owner=owner, config=config)


async def only(store: Store) -> Delivery:
    """The one delivery of the chat."""
    (delivery,) = await store.deliveries.of(HERE, 9)
    return delivery


async def states(store: Store) -> Sequence[tuple[DeliveryState, str]]:
    """What the ledger says of the chat, the oldest first."""
    return [(each.state, each.note) for each in reversed(await store.deliveries.of(HERE, 99))]


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """A moment of the month of the sample, in UTC."""
    return datetime(2026, 4, day, hour, minute, tzinfo=UTC)
