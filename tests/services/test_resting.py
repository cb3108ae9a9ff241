"""What a worker costs that has little or nothing to do."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.app.workers import serve
from bot.domain.rate_limits import Allowance
from bot.services.delivery.monotonic_clock import MonotonicClock
from bot.services.delivery.rate_limiter import RateLimiter
from bot.storage import Store
from tests.builders import NOON
from tests.proofs.faults import Faults, faulty
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import LEASE, subscription

#: long enough to see who never rests, who would ask 20 times a second at least
LOOKED_AT = 1.0
QUIET = 0.3


def now() -> datetime:
    return datetime.now(UTC)


async def calls(store: Store, tick_seconds: float) -> Counter[str]:
    """What a worker asks the store in a second, after it has come to rest."""
    faults, stop = Faults(lambda name, times: False, armed=True), asyncio.Event()
    broken = faulty(store, faults)
    serving = asyncio.create_task(serve(worker(broken, Postbox()), broken, now, stop, tick_seconds=tick_seconds))
    await at_rest(faults)
    faults.calls.clear()
    await asyncio.sleep(LOOKED_AT)
    asked = Counter(faults.calls)
    stop.set()
    await serving
    return asked


async def at_rest(faults: Faults) -> None:
    """Wait until nothing was asked for a while; not for ever, as some never rest."""
    for _ in range(20):
        before = faults.calls.total()
        await asyncio.sleep(QUIET)
        if before == faults.calls.total() > 0:
            return


async def test_a_worker_with_nothing_to_do_rests_until_the_next_tick(sqlite_store: Store) -> None:
    asked = await calls(sqlite_store, tick_seconds=60)

    assert asked.total() == 0, asked


async def test_a_worker_asks_once_for_each_tick_and_then_rests_again(sqlite_store: Store) -> None:
    asked = await calls(sqlite_store, tick_seconds=0.4)

    # two or three ticks, two hands, and a look at the queue for each
    assert asked["store.deliveries.claim"] <= 8, asked
    assert asked["store.deliveries.waiting"] <= 8, asked


async def test_a_worker_rests_while_all_that_is_planned_is_for_later(sqlite_store: Store) -> None:
    await fill(sqlite_store)
    await sqlite_store.subscriptions.add(subscription(next_at=now()))
    await sqlite_store.deliveries.plan(now())
    (taken,) = await sqlite_store.deliveries.claim("test", "a", now(), LEASE, 1)
    await sqlite_store.deliveries.reschedule(taken.attempt, now() + timedelta(minutes=10), "later", now())

    asked = await calls(sqlite_store, tick_seconds=60)

    assert asked["store.deliveries.claim"] <= 2, asked


def test_turns_are_drawn_ahead_of_the_messages_that_need_them(sqlite_store: Store) -> None:
    elapsed = [0.0]
    turns = RateLimiter(
        store=sqlite_store,
        surface=Postbox(allowance=Allowance(per_second=10)),
        monotonic=MonotonicClock(NOON, lambda: elapsed[0]),
        patience=timedelta(seconds=5),
        last=timedelta(seconds=1),
    )

    assert 0.7 < turns.until_next_acquire < 0.9
    elapsed[0] = 0.9
    assert turns.until_next_acquire == 0
