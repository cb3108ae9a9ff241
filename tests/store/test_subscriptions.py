"""What chats wish for, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from bot.models import Chat, DeliveryState, EmptyDay, Pause
from bot.schedule import EVERY_DAY, Schedule
from bot.store import Store
from tests.builders import NOON
from tests.store.ledger import BERLIN_AT_NINE, DAY, DUE, HERE, HOUR, claimed, sent, start, subscription

ELSEWHERE = Chat("test", "1", "a thread of it")
KICKED: dict[str, Any] = {"paused": Pause.PLATFORM, "paused_detail": "the bot was kicked"}


@pytest.mark.parametrize(
    "schedule",
    [
        BERLIN_AT_NINE,
        Schedule(at=time(23, 59), zone="Asia/Kathmandu", days=frozenset({0, 6})),
        Schedule(at=time(0), zone="UTC", month_day=31),
        Schedule(zone="America/New_York", announced=True),
        Schedule(at=time(7, 30), zone="America/New_York", announced=True),
    ],
)
async def test_a_subscription_comes_back_as_it_was_kept(store: Store, schedule: Schedule) -> None:
    wish = subscription(
        schedule=schedule,
        query="“natural gradient” -survey",
        size=5,
        threshold=20,
        empty=EmptyDay.BEST,
        repeat_days=30,
        silent=True,
        role="<@&42>",
    )

    kept = await store.subscriptions.add(wish)

    assert kept == replace(wish, id=kept.id)
    assert await store.subscriptions.get(kept.id) == kept


async def test_a_chat_has_its_own_subscriptions_in_the_order_of_their_making(store: Store) -> None:
    first = await store.subscriptions.add(subscription(query="one"))
    await store.subscriptions.add(subscription(query="other", chat=ELSEWHERE))
    second = await store.subscriptions.add(subscription(query="two"))

    await store.subscriptions.change(replace(first, query="one, changed"))

    assert [each.query for each in await store.subscriptions.of(HERE)] == ["one, changed", "two"]
    assert (await store.subscriptions.of(HERE))[1] == second
    assert await store.subscriptions.count() == 3


async def test_a_change_leaves_when_it_was_made(store: Store) -> None:
    kept = await store.subscriptions.add(subscription())

    changed = await store.subscriptions.change(replace(kept, size=3, next_at=DUE + HOUR, created_at=NOON))

    assert changed
    assert await store.subscriptions.get(kept.id) == replace(kept, size=3)


async def test_a_change_does_not_take_back_what_a_planner_did_meanwhile(store: Store) -> None:
    read = await store.subscriptions.add(subscription())
    await store.deliveries.plan(DUE)

    await store.subscriptions.change(replace(read, size=3))

    changed = await store.subscriptions.get(read.id)
    assert changed == replace(read, size=3, next_at=DUE + DAY)


async def test_a_change_does_not_take_back_a_pause_or_a_move_of_the_chat(store: Store) -> None:
    read = await store.subscriptions.add(subscription())
    await store.subscriptions.pause(read.id, Pause.PLATFORM, DUE, "the bot was kicked")
    await store.chats.move(HERE, ELSEWHERE)

    await store.subscriptions.change(replace(read, size=3, next_at=DUE + HOUR))

    changed = await store.subscriptions.get(read.id)
    assert changed == replace(read, size=3, chat=ELSEWHERE, next_at=None, **KICKED)


async def test_a_change_of_the_schedule_moves_the_next_one(store: Store) -> None:
    read = await store.subscriptions.add(subscription())
    at_ten = Schedule(at=time(10), zone="Europe/Berlin", days=EVERY_DAY)

    await store.subscriptions.change(replace(read, schedule=at_ten, next_at=DUE + HOUR))

    changed = await store.subscriptions.get(read.id)
    assert changed == replace(read, schedule=at_ten, next_at=DUE + HOUR)


async def test_what_is_not_there_cannot_be_changed(store: Store) -> None:
    assert await store.subscriptions.get(7) is None
    assert not await store.subscriptions.change(replace(subscription(), id=7))
    assert not await store.subscriptions.pause(7, Pause.PLATFORM, NOON)
    assert not await store.subscriptions.resume(7, NOON)
    assert not await store.subscriptions.remove(7)


async def test_a_paused_subscription_keeps_its_reason_and_is_not_planned_until_it_is_resumed(store: Store) -> None:
    kept = await store.subscriptions.add(subscription())

    await store.subscriptions.pause(kept.id, Pause.PLATFORM, DUE, "the bot was kicked")
    planned_while_paused = await store.deliveries.plan(DUE)
    paused = await store.subscriptions.get(kept.id)
    await store.subscriptions.resume(kept.id, DUE + DAY)

    assert planned_while_paused == 0
    assert paused == replace(kept, next_at=None, **KICKED)
    assert await store.subscriptions.get(kept.id) == replace(kept, next_at=DUE + DAY)
    assert await store.deliveries.plan(DUE + DAY) == 1


async def test_pausing_skips_what_was_planned_and_says_why(store: Store) -> None:
    kept = await store.subscriptions.add(subscription())
    await store.deliveries.plan(DUE)

    await store.subscriptions.pause(kept.id, Pause.PERSON, DUE)

    (delivery,) = await store.deliveries.of(HERE, 9)
    assert (delivery.state, delivery.note) == (DeliveryState.SKIPPED, "its subscription was paused")
    assert [change.state for change in await store.deliveries.changes(delivery.id)] == ["planned", "skipped"]


async def test_a_removed_subscription_leaves_what_it_brought_in_the_ledger(store: Store) -> None:
    kept = await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery)], DUE)
    await store.deliveries.mark([sent(delivery)], DUE)

    assert await store.subscriptions.remove(kept.id)

    assert await store.subscriptions.of(HERE) == []
    assert [each.state for each in await store.deliveries.of(HERE, 9)] == [DeliveryState.SENT]


async def test_a_number_is_never_given_to_another_subscription(store: Store) -> None:
    first = await store.subscriptions.add(subscription())
    await store.subscriptions.remove(first.id)

    second = await store.subscriptions.add(subscription())

    assert second.id > first.id


async def test_forgetting_a_chat_deletes_all_that_is_kept_of_it_and_nothing_else(store: Store) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery)], DUE)
    await store.deliveries.mark([sent(delivery, "2604.00001")], DUE)
    await store.drafts.put(HERE, "agents daily", DUE)
    await store.subscriptions.add(subscription(chat=ELSEWHERE))
    await store.deliveries.plan(DUE)

    deleted = await store.subscriptions.forget(HERE)

    assert deleted == 5
    assert await store.subscriptions.of(HERE) == []
    assert await store.deliveries.of(HERE, 9) == []
    assert await store.deliveries.parts(delivery.id) == []
    assert await store.deliveries.changes(delivery.id) == []
    assert await store.shown_papers.ids(HERE) == frozenset()
    assert await store.shown.last(HERE) == ()
    assert await store.drafts.get(HERE, DUE) == ""
    assert len(await store.subscriptions.of(ELSEWHERE)) == 1
    assert len(await store.deliveries.of(ELSEWHERE, 9)) == 1


async def test_a_chat_that_is_forgotten_while_its_digest_is_sent_stays_forgotten(store: Store) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery)], DUE)

    await store.subscriptions.forget(HERE)

    assert await store.deliveries.mark([sent(delivery, "2604.00001")], DUE) == set()
    assert await store.shown_papers.ids(HERE) == frozenset()
    assert await store.shown.last(HERE) == ()


async def test_new_rules_of_a_zone_move_what_is_not_due_yet_and_keep_its_local_date(store: Store) -> None:
    by_old_rules = datetime(2026, 4, 25, 8, tzinfo=UTC)
    later = await store.subscriptions.add(subscription(next_at=by_old_rules))
    overdue = await store.subscriptions.add(subscription(next_at=DUE))
    paused = await store.subscriptions.add(subscription(next_at=None, paused=Pause.PERSON))

    moved = await store.subscriptions.recompute(NOON)

    assert moved == 1
    assert [each.next_at for each in await store.subscriptions.of(HERE)] == [DUE + DAY, DUE, None]
    assert later.id < overdue.id < paused.id
