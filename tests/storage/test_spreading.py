"""Slots that are spread: planned from the beginning of their window, the same after restarts, once per local date."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, Schedule
from bot.domain.spreading import Spreading
from bot.storage import Store, open_store
from bot.storage.planner import Plan
from bot.storage.slot_sizes import DueSlot
from tests.storage.ledger import DAY, DUE, HOUR, MINUTE, subscription

SIZE = 30
#: three times what the platform carries: 8:50 to 9:20
PLAN = Plan(limit=7, carries={"test": 10})
START, END = DUE - 10 * MINUTE, DUE + 20 * MINUTE


async def fill(store: Store, count: int = SIZE, first: int = 0) -> None:
    for number in range(first, first + count):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number))))


async def planned(store: Store, now: datetime, plan: Plan = PLAN) -> dict[str, datetime]:
    """The moments from which the deliveries may be sent, by chat, after all that is due now was planned."""
    while await store.deliveries.plan(now, plan):
        pass
    return {row.chat.id: row.visible_at for row in await store.deliveries.find(limit=999) if row.due_at == DUE}


async def test_a_spread_slot_is_planned_from_the_beginning_of_its_window(store: Store) -> None:
    await fill(store)

    assert await planned(store, START - timedelta(seconds=1)) == {}
    moments = await planned(store, START)

    assert len(moments) == SIZE
    assert START <= min(moments.values()) < DUE < max(moments.values()) < END
    rows = await store.deliveries.find(limit=99)
    assert {(row.due_at, row.local_date, row.late) for row in rows} == {(DUE, DUE.date(), False)}
    assert all(row.expires_at == row.visible_at + PLAN.grace for row in rows)


async def test_it_is_planned_once_and_is_due_again_on_the_next_day(store: Store) -> None:
    await fill(store)
    moments = await planned(store, START)

    for minutes in (0, 1, 9, 10, 30):
        assert await planned(store, START + minutes * MINUTE) == moments

    assert {
        each.next_at for number in range(SIZE) for each in await store.subscriptions.of(Chat("test", str(number)))
    } == {DUE + DAY}
    assert len(await store.deliveries.find(limit=999)) == SIZE


async def test_the_positions_are_the_same_on_every_day(store: Store) -> None:
    await fill(store)
    moments = await planned(store, START)

    await planned(store, START + DAY)

    tomorrow = {
        row.chat.id: row.visible_at for row in await store.deliveries.find(limit=999) if row.due_at == DUE + DAY
    }
    assert tomorrow == {chat: at + DAY for chat, at in moments.items()}


async def test_a_restart_in_the_middle_of_planning_changes_no_position(store_url: str) -> None:
    async with open_store(store_url) as store:
        await fill(store)
        moments = await planned(store, START)
        whole = dict(moments)
        for row in await store.deliveries.find(limit=999):
            await store.subscriptions.remove(row.subscription_id)
        # another slot of the same size on another day, whose planning ends after one transaction
        for number in range(SIZE):
            await store.subscriptions.add(subscription(chat=Chat("test", str(number)), next_at=DUE + DAY))
        assert await store.deliveries.plan(START + DAY, PLAN) == PLAN.limit
    async with open_store(store_url) as store:
        await planned(store, START + DAY + MINUTE)
        rows = await store.deliveries.find(limit=999)

    assert {row.chat.id: row.visible_at for row in rows if row.due_at == DUE + DAY} == {
        chat: at + DAY for chat, at in whole.items()
    }


async def test_planners_of_several_processes_agree_on_the_positions(store_url: str) -> None:
    async with open_store(store_url) as first, open_store(store_url) as second:
        await fill(first)
        expected = Spreading(PLAN.carries).window("test", subscription().schedule, DUE, SIZE)
        assert expected is not None

        await asyncio.gather(*(planned(store, START) for store in (first, second) for _ in range(2)))

        rows = await first.deliveries.find(limit=999)
    assert {row.chat.id: row.visible_at for row in rows} == {
        str(number): expected.position(Chat("test", str(number))) for number in range(SIZE)
    }


async def test_a_slot_planned_after_its_time_has_the_same_window(store: Store) -> None:
    await fill(store)
    expected = Spreading(PLAN.carries).window("test", subscription().schedule, DUE, SIZE)
    assert expected is not None

    moments = await planned(store, DUE + 15 * MINUTE)

    assert moments == {chat: expected.position(Chat("test", chat)) for chat in moments}
    rows = await store.deliveries.find(limit=99)
    # late only where its own position has passed by more than ten minutes
    assert {row.late for row in rows if row.visible_at > DUE + 5 * MINUTE} == {False}
    assert {row.late for row in rows if row.visible_at < DUE + 5 * MINUTE} == {True}


async def test_the_grace_period_begins_at_the_position_in_the_window(store: Store) -> None:
    await fill(store)
    moments = await planned(store, DUE + PLAN.grace + 5 * MINUTE)

    rows = await store.deliveries.find(limit=99)
    skipped = {row.chat.id for row in rows if row.state is DeliveryState.SKIPPED}
    assert skipped == {chat for chat, at in moments.items() if at < DUE + 5 * MINUTE}
    assert 0 < len(skipped) < SIZE


async def test_subscriptions_of_a_chat_stay_together(store: Store) -> None:
    await fill(store)
    for thread in ("", "1", "2"):
        await store.subscriptions.add(subscription(chat=Chat("test", "many", thread)))

    await planned(store, START)

    rows = await store.deliveries.find(limit=99)
    assert len({row.visible_at for row in rows if row.chat.id == "many"}) == 1


async def test_small_slots_and_other_surfaces_keep_their_time(store: Store) -> None:
    await fill(store, 10)
    for number in range(SIZE):
        await store.subscriptions.add(subscription(chat=Chat("other", str(number))))

    assert await planned(store, DUE - timedelta(seconds=1)) == {}

    assert set((await planned(store, DUE)).values()) == {DUE}


async def test_a_digest_on_announcement_never_comes_before_its_time(store: Store) -> None:
    await fill(store)
    announced = replace(subscription().schedule, days=frozenset(), announced=True)
    await store.subscriptions.add(subscription(chat=Chat("test", "waits"), schedule=announced))

    moments = await planned(store, DUE)

    assert DUE <= moments["waits"] <= DUE + 31 * MINUTE


async def test_one_row_per_local_date_if_the_time_is_changed_within_the_window(store: Store) -> None:
    await fill(store)
    await planned(store, START)
    (mine,) = await store.subscriptions.of(Chat("test", "3"))
    later = Schedule(at=time(18), zone="Europe/Berlin", days=EVERY_DAY)

    await store.subscriptions.change(replace(mine, schedule=later, next_at=DUE + 9 * HOUR))
    await planned(store, DUE + 9 * HOUR)

    rows = await store.deliveries.of(Chat("test", "3"), 9)
    assert [(row.local_date, row.due_at) for row in rows] == [(DUE.date(), DUE)]


async def test_the_size_of_a_slot_stays_known_while_it_is_planned(store: Store) -> None:
    await fill(store)
    slot = DueSlot("test", DUE)
    before = await store.deliveries.slot_sizes([slot])

    await planned(store, START)

    assert before == await store.deliveries.slot_sizes([slot]) == {slot: SIZE}
    assert await store.deliveries.slot_sizes([DueSlot("test", DUE + DAY)]) == {DueSlot("test", DUE + DAY): SIZE}


async def test_what_may_have_been_sent_before_its_time_is_parked_after_a_restore(store: Store) -> None:
    await fill(store)
    until = DUE - 5 * MINUTE
    spreading = Spreading(PLAN.carries)

    parked = await store.deliveries.park_restored(until, DUE + HOUR, 999, spreading)

    assert parked == SIZE
    assert await planned(store, DUE + HOUR) != {}
    assert {row.state for row in await store.deliveries.find(limit=99)} == {DeliveryState.UNCERTAIN}


async def test_of_planned_rows_only_those_whose_turn_had_come_are_parked_after_a_restore(store: Store) -> None:
    await fill(store)
    moments = await planned(store, START)
    until = DUE - 5 * MINUTE

    while await store.deliveries.park_restored(until, DUE + HOUR, 999, Spreading(PLAN.carries)):
        pass

    rows = await store.deliveries.find(limit=99)
    parked = {row.chat.id for row in rows if row.state is DeliveryState.UNCERTAIN}
    assert parked == {chat for chat, at in moments.items() if at <= until}
    assert parked
