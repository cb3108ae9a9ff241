"""Who has which delivery, on both databases: a worker at a time, and only its holder writes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.models import Chat, DeliveryState
from bot.store import Store, open_store
from tests.databases import connected
from tests.store.ledger import DUE, HERE, LEASE, MINUTE, claimed, sent, start, subscription

PLANNED, CLAIMED, SENDING = DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING
SENT, SKIPPED, FAILED = DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED
UNCERTAIN = DeliveryState.UNCERTAIN


async def test_a_claim_takes_what_is_due_once(store: Store) -> None:
    await store.subscriptions.add(subscription())
    await store.deliveries.plan(DUE)

    too_early = await store.deliveries.claim("test", "a", DUE - MINUTE, LEASE, 5)
    (delivery,) = await store.deliveries.claim("test", "a", DUE, LEASE, 5)
    again = await store.deliveries.claim("test", "b", DUE, LEASE, 5)

    assert too_early == again == []
    assert (delivery.state, delivery.owner, delivery.attempts) == (CLAIMED, "a", 1)
    assert delivery.visible_at == DUE + LEASE


async def test_a_claim_takes_only_what_its_surface_serves_and_no_more_than_asked(store: Store) -> None:
    for number in range(3):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number))))
    await store.subscriptions.add(subscription(chat=Chat("other", "1")))
    await store.deliveries.plan(DUE)

    taken = await store.deliveries.claim("test", "a", DUE, LEASE, 2)

    assert [each.chat.surface for each in taken] == ["test", "test"]
    assert await store.deliveries.waiting() == {"test": DUE, "other": DUE}


async def test_workers_that_claim_at_once_never_get_the_same(store_url: str) -> None:
    async with open_store(store_url) as first, open_store(store_url) as second, open_store(store_url) as third:
        for number in range(60):
            await first.subscriptions.add(subscription(chat=Chat("test", str(number))))
        await first.deliveries.plan(DUE)

        async def work(store: Store, owner: str) -> list[int]:
            taken: list[int] = []
            while some := await store.deliveries.claim("test", owner, DUE, LEASE, 3):
                taken += [each.id for each in some]
            return taken

        taken = await asyncio.gather(*(work(store, str(n)) for n, store in enumerate((first, second, third))))

        ids = [id for some in taken for id in some]
        assert len(ids) == len(set(ids)) == 60


async def test_a_lease_that_has_ended_leaves_the_delivery_to_another(store: Store) -> None:
    await store.subscriptions.add(subscription())
    await claimed(store)

    before = await store.deliveries.claim("test", "b", DUE + LEASE - timedelta(seconds=1), LEASE, 5)
    (after,) = await store.deliveries.claim("test", "b", DUE + LEASE, LEASE, 5)

    assert before == []
    assert (after.owner, after.attempts) == ("b", 2)


async def test_who_has_lost_the_claim_can_write_nothing(store: Store) -> None:
    await store.subscriptions.add(subscription())
    lost = await claimed(store)
    await store.deliveries.begin([start(lost, 2)], DUE)
    (held,) = await store.deliveries.claim("test", "b", DUE + LEASE, LEASE, 5)

    deliveries, attempt = store.deliveries, lost.attempt
    assert await deliveries.begin([start(lost, 2)], DUE) == set()
    assert not await deliveries.part_sent(attempt, 0, "m", DUE)
    assert not await deliveries.part_begun(attempt, 1, DUE)
    assert await deliveries.mark([sent(lost, "2604.00001")], DUE) == set()
    assert not await deliveries.reschedule(attempt, DUE, "", DUE)
    assert await deliveries.end([attempt], FAILED, "", DUE) == set()
    assert not await deliveries.refuse(attempt, lost.subscription_id, "kicked", DUE)

    assert await store.deliveries.get(lost.id) == held
    assert await store.shown_papers.ids(HERE) == frozenset()
    wish = await store.subscriptions.get(lost.subscription_id)
    assert wish is not None
    assert wish.paused is None


async def test_the_same_worker_with_an_older_attempt_has_lost_it_too(store: Store) -> None:
    await store.subscriptions.add(subscription())
    older = await claimed(store)
    (newer,) = await store.deliveries.claim("test", "a", DUE + LEASE, LEASE, 5)

    assert await store.deliveries.mark([sent(older)], DUE) == set()
    assert await store.deliveries.mark([sent(newer)], DUE) == {newer.id}


async def test_what_a_worker_left_behind_goes_before_what_nobody_has_had(store: Store) -> None:
    for number in range(6):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number))))
    await store.deliveries.plan(DUE)
    left = await store.deliveries.claim("test", "dead", DUE, LEASE, 2)

    next_ones = await store.deliveries.claim("test", "a", DUE + LEASE, LEASE, 3)

    assert {one.id for one in left} < {one.id for one in next_ones}
    assert len(next_ones) == 3


@pytest.mark.parametrize(
    ("among", "index"),
    [
        ("state = 'planned' AND attempts = 0", "ix_deliveries_fresh"),
        ("state IN ('planned', 'claimed', 'sending') AND attempts > 0", "ix_deliveries_again"),
    ],
)
async def test_a_claim_uses_an_index_of_what_it_looks_for(store_url: str, among: str, index: str) -> None:
    query = (
        f"SELECT id FROM deliveries WHERE {among} "  # noqa: S608
        "AND surface = 'test' AND visible_at <= '2026-04-24' ORDER BY visible_at LIMIT 5"
    )
    with connected(store_url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET enable_seqscan = off"))
            connection.execute(sa.text("SET enable_sort = off"))
            plan = connection.execute(sa.text(f"EXPLAIN {query}"))
        else:
            plan = connection.execute(sa.text(f"EXPLAIN QUERY PLAN {query}"))

        assert index in str(plan.all())
