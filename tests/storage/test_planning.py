"""From what is due to rows of the ledger, on both databases: one for each local date."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.domain.schedule import WEEKDAYS, Schedule
from bot.storage import Store, open_store
from bot.storage.planner import Plan
from tests.builders import TODAY
from tests.storage.ledger import DAY, DUE, HERE, HOUR, MINUTE, outcomes, subscription

PLANNED, CLAIMED, SENDING = DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING
SENT, SKIPPED, FAILED = DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED
UNCERTAIN = DeliveryState.UNCERTAIN


async def test_what_is_due_gets_a_row_and_moves_on(store: Store) -> None:
    wish = await store.subscriptions.add(subscription())

    planned = await store.deliveries.plan(DUE)

    (row,) = await store.deliveries.of(HERE, 9)
    assert planned == 1
    assert (row.subscription_id, row.local_date, row.due_at) == (wish.id, TODAY, DUE)
    assert (row.state, row.late, row.visible_at, row.attempts) == (PLANNED, False, DUE, 0)
    assert await store.subscriptions.get(wish.id) == replace(wish, next_at=DUE + DAY)
    assert await store.deliveries.plan(DUE) == 0


class Interrupted(Exception):
    pass


async def test_a_planner_that_fails_between_rows_and_schedules_leaves_neither(store: Store) -> None:
    wish = await store.subscriptions.add(subscription())

    def interrupt() -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        await store.deliveries.plan(DUE, Plan(halfway=interrupt))

    assert await store.deliveries.find() == []
    assert await store.subscriptions.get(wish.id) == wish


async def test_a_planned_digest_expires_when_the_grace_ends(store: Store) -> None:
    await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE + HOUR, Plan(grace=2 * HOUR))

    (row,) = await store.deliveries.find()
    assert row.expires_at == row.visible_at + 2 * HOUR


async def test_nothing_is_planned_before_its_time(store: Store) -> None:
    await store.subscriptions.add(subscription())

    assert await store.deliveries.plan(DUE - timedelta(seconds=1)) == 0


async def test_a_tick_that_is_a_minute_late_is_not_late(store: Store) -> None:
    await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE + MINUTE)

    (row,) = await store.deliveries.of(HERE, 9)
    assert (row.due_at, row.late) == (DUE, False)


async def test_after_downtime_within_the_grace_one_late_digest_is_planned(store: Store) -> None:
    await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE + 5 * HOUR)

    (row,) = await store.deliveries.of(HERE, 9)
    assert (row.state, row.late) == (PLANNED, True)


async def test_after_26_hours_there_is_one_late_digest_and_the_missed_one_is_told(store: Store) -> None:
    await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE + 26 * HOUR)

    missed = "missed: Paperboy was not running at that hour"
    assert await outcomes(store) == [(TODAY, "skipped", missed), (TODAY + DAY, "planned", "")]


async def test_what_was_missed_by_more_than_the_grace_is_skipped(store: Store) -> None:
    wish = await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE + 7 * HOUR)

    assert await outcomes(store) == [(TODAY, "skipped", "too late: Paperboy was not running at that hour")]
    assert [each.late for each in await store.deliveries.find()] == [False]
    assert await store.subscriptions.get(wish.id) == replace(wish, next_at=DUE + DAY)


async def test_the_grace_is_a_choice(store: Store) -> None:
    await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE + 2 * HOUR, Plan(grace=HOUR))

    assert [state for _, state, _ in await outcomes(store)] == ["skipped"]


async def test_a_month_of_downtime_is_two_rows(store: Store) -> None:
    await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE + 30 * DAY + HOUR)

    assert [(day, state) for day, state, _ in await outcomes(store)] == [
        (TODAY, "skipped"),
        (TODAY + 30 * DAY, "planned"),
    ]


async def test_an_hour_that_was_served_today_is_not_served_again_after_an_edit(store: Store) -> None:
    wish = await store.subscriptions.add(subscription())
    await store.deliveries.plan(DUE)
    evening = Schedule(at=time(18), zone="Europe/Berlin", days=wish.schedule.days)
    at_six = datetime(2026, 4, 24, 16, tzinfo=UTC)

    await store.subscriptions.change(replace(wish, schedule=evening, next_at=at_six))
    await store.deliveries.plan(at_six)

    assert [day for day, _, _ in await outcomes(store)] == [TODAY]
    assert await store.subscriptions.get(wish.id) == replace(wish, schedule=evening, next_at=at_six + DAY)


async def test_a_clock_that_jumps_two_hours_ahead_and_back_doubles_nothing(store: Store) -> None:
    wish = await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE + HOUR)
    await store.deliveries.plan(DUE - HOUR)
    await store.deliveries.plan(DUE)

    assert [day for day, _, _ in await outcomes(store)] == [TODAY]
    assert await store.subscriptions.get(wish.id) == replace(wish, next_at=DUE + DAY)


async def test_weekdays_leave_the_weekend_out(store: Store) -> None:
    wish = await store.subscriptions.add(
        subscription(schedule=Schedule(at=time(9), zone="Europe/Berlin", days=WEEKDAYS))
    )

    await store.deliveries.plan(DUE)

    assert await store.subscriptions.get(wish.id) == replace(wish, next_at=DUE + 3 * DAY)


async def test_a_summer_time_that_skips_midnight_and_one_that_repeats_an_hour_have_one_row_a_day(store: Store) -> None:
    zone = Schedule(at=time(0), zone="America/Santiago", days=subscription().schedule.days)
    wish = await store.subscriptions.add(subscription(schedule=zone, next_at=datetime(2026, 9, 4, 4, tzinfo=UTC)))

    now = datetime(2026, 9, 4, 4, tzinfo=UTC)
    while now < datetime(2026, 9, 8, 4, tzinfo=UTC):
        await store.deliveries.plan(now)
        now += HOUR

    days = [day for day, _, _ in await outcomes(store)]
    assert days == [date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 6), date(2026, 9, 7), date(2026, 9, 8)]
    assert wish.id


async def test_a_restored_copy_of_yesterday_repeats_nothing_of_yesterday(store: Store) -> None:
    await store.subscriptions.add(subscription(next_at=DUE - DAY))

    await store.deliveries.plan(DUE - HOUR)

    assert [(day, state) for day, state, _ in await outcomes(store)] == [(TODAY - DAY, "skipped")]


async def test_at_most_so_many_are_planned_in_one_transaction(store: Store) -> None:
    for number in range(5):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number))))

    planned = [await store.deliveries.plan(DUE, Plan(limit=2)) for _ in range(4)]

    assert planned == [2, 2, 1, 0]


async def test_three_planners_at_once_make_one_row_each(store_url: str) -> None:
    async with open_store(store_url) as first, open_store(store_url) as second, open_store(store_url) as third:
        for number in range(30):
            await first.subscriptions.add(subscription(chat=Chat("test", str(number))))

        await asyncio.gather(*(store.deliveries.plan(DUE) for store in (first, second, third) for _ in range(3)))

        assert len(await first.deliveries.find(limit=99)) == 30


async def test_a_slot_that_the_platform_carries_is_not_spread(store: Store) -> None:
    await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE, Plan(carries={"test": 10}))

    assert [row.visible_at for row in await store.deliveries.of(HERE, 9)] == [DUE]


async def test_what_nobody_began_within_the_grace_is_skipped(store: Store) -> None:
    await store.subscriptions.add(subscription())
    await store.deliveries.plan(DUE)

    await store.deliveries.plan(DUE + 7 * HOUR)

    assert await outcomes(store) == [(TODAY, "skipped", "too late: nobody delivered it in time")]


async def test_how_crowded_a_slot_was_is_forgotten_when_nothing_more_is_due(store: Store) -> None:
    plan = Plan(carries={"test": 1})
    await store.subscriptions.add(subscription())
    while await store.deliveries.plan(DUE, plan):
        pass
    for number in range(2, 12):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number))))

    await store.deliveries.plan(DUE, plan)

    others = [each.visible_at for each in await store.deliveries.find() if each.chat != HERE]
    assert len(set(others)) == len(others) == 10
