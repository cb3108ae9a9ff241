"""The ledger, on both databases: a row for each local date, and only its holder writes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from bot.models import Chat, DeliveryState
from bot.schedule import WEEKDAYS, Schedule
from bot.store import Store, open_store
from bot.store.planning import Plan
from tests.builders import NOON, TODAY
from tests.databases import connected
from tests.store.ledger import DAY, DUE, HERE, HOUR, LEASE, MINUTE, claimed, sent, start, subscription

PLANNED, CLAIMED, SENDING = DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING
SENT, SKIPPED, FAILED = DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED
UNCERTAIN = DeliveryState.UNCERTAIN


async def outcomes(store: Store) -> list[tuple[date, str, str]]:
    """The ledger of the chat, the oldest row first."""
    return [(each.local_date, each.state.value, each.note) for each in reversed(await store.deliveries.of(HERE, 99))]


async def test_what_is_due_gets_a_row_and_moves_on(store: Store) -> None:
    wish = await store.subscriptions.add(subscription())

    planned = await store.deliveries.plan(DUE)

    (row,) = await store.deliveries.of(HERE, 9)
    assert planned == 1
    assert (row.subscription_id, row.local_date, row.due_at) == (wish.id, TODAY, DUE)
    assert (row.state, row.late, row.visible_at, row.attempts) == (PLANNED, False, DUE, 0)
    assert await store.subscriptions.get(wish.id) == replace(wish, next_at=DUE + DAY)
    assert await store.deliveries.plan(DUE) == 0


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
        now += HOUR / 4

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


async def test_three_planners_at_once_make_one_row_each(database_url: str) -> None:
    async with open_store(database_url) as first, open_store(database_url) as second, open_store(database_url) as third:
        for number in range(30):
            await first.subscriptions.add(subscription(chat=Chat("test", str(number))))

        await asyncio.gather(*(store.deliveries.plan(DUE) for store in (first, second, third) for _ in range(3)))

        assert len(await first.deliveries.find(limit=99)) == 30


async def test_a_slot_with_more_than_the_platform_carries_is_spread_the_same_way_every_time(store: Store) -> None:
    for number in range(40):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number))))
    plan = Plan(limit=15, carries={"test": 10})

    while await store.deliveries.plan(DUE, plan):
        pass

    rows = await store.deliveries.find(limit=99)
    waits = sorted(row.visible_at - DUE for row in rows)
    assert len(rows) == 40
    assert timedelta(0) <= waits[0]
    assert 30 * MINUTE < waits[-1] < 40 * MINUTE
    assert {row.due_at for row in rows} == {DUE}


async def test_a_slot_that_the_platform_carries_is_not_spread(store: Store) -> None:
    await store.subscriptions.add(subscription())

    await store.deliveries.plan(DUE, Plan(carries={"test": 10}))

    assert [row.visible_at for row in await store.deliveries.of(HERE, 9)] == [DUE]


async def test_what_nobody_began_within_the_grace_is_skipped(store: Store) -> None:
    await store.subscriptions.add(subscription())
    await store.deliveries.plan(DUE)

    await store.deliveries.plan(DUE + 7 * HOUR)

    assert await outcomes(store) == [(TODAY, "skipped", "too late: nobody delivered it in time")]


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


async def test_workers_that_claim_at_once_never_get_the_same(database_url: str) -> None:
    async with open_store(database_url) as first, open_store(database_url) as second, open_store(database_url) as third:
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
    assert wish.paused == ""


async def test_the_same_worker_with_an_older_attempt_has_lost_it_too(store: Store) -> None:
    await store.subscriptions.add(subscription())
    older = await claimed(store)
    (newer,) = await store.deliveries.claim("test", "a", DUE + LEASE, LEASE, 5)

    assert await store.deliveries.mark([sent(older)], DUE) == set()
    assert await store.deliveries.mark([sent(newer)], DUE) == {newer.id}


async def test_a_mark_writes_the_message_and_the_papers_at_once(store: Store) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)

    await store.deliveries.begin([start(delivery)], DUE)
    sending = await store.deliveries.get(delivery.id)
    await store.deliveries.mark([sent(delivery, "2604.00002", "2604.00001")], DUE + MINUTE)

    marked = await store.deliveries.get(delivery.id)
    assert sending is not None
    assert marked is not None
    assert (sending.state, sending.digest_id, sending.composed_at) == (SENDING, "d", DUE)
    assert (marked.state, marked.changed_at) == (SENT, DUE + MINUTE)
    (part,) = await store.deliveries.parts(delivery.id)
    assert (part.state, part.message_id, part.nonce) == (SENT, "m", f"{delivery.id}.0")
    assert await store.shown_papers.ids(HERE) == {"2604.00001", "2604.00002"}
    assert await store.shown.last(HERE) == ("2604.00002", "2604.00001")


async def test_each_change_is_kept_with_its_moment_and_reason(store: Store) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery)], DUE)
    await store.deliveries.reschedule(delivery.attempt, DUE + MINUTE, "the platform is down", DUE)
    (again,) = await store.deliveries.claim("test", "b", DUE + MINUTE, LEASE, 5)
    await store.deliveries.end([again.attempt], FAILED, "down again", DUE + MINUTE)

    told = [(each.state.value, each.reason, each.at) for each in await store.deliveries.changes(delivery.id)]

    assert told == [
        ("planned", "", DUE),
        ("claimed", "a", DUE),
        ("sending", "", DUE),
        ("planned", "the platform is down", DUE),
        ("claimed", "b", DUE + MINUTE),
        ("failed", "down again", DUE + MINUTE),
    ]
    assert again.failures == 1


async def test_papers_are_shown_since_a_moment(store: Store) -> None:
    await store.subscriptions.add(subscription())
    for day, paper_id in ((0, "2604.00001"), (1, "2604.00002")):
        delivery = await claimed(store, DUE + day * DAY)
        await store.deliveries.mark([sent(delivery, paper_id)], DUE + day * DAY)

    assert await store.shown_papers.ids(HERE) == {"2604.00001", "2604.00002"}
    assert await store.shown_papers.ids(HERE, DUE + DAY) == {"2604.00002"}
    assert await store.shown_papers.ids(Chat("test", "2")) == frozenset()


async def test_only_the_parts_that_are_missing_are_left_after_a_failure(store: Store) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery, 3)], DUE)
    await store.deliveries.part_sent(delivery.attempt, 0, "m0", DUE)
    await store.deliveries.part_begun(delivery.attempt, 1, DUE)

    await store.deliveries.reschedule(delivery.attempt, DUE, "refused", DUE)

    assert [part.state for part in await store.deliveries.parts(delivery.id)] == [SENT, PLANNED, PLANNED]


async def test_a_part_that_may_have_arrived_keeps_the_moment_of_its_first_try(store: Store) -> None:
    await store.subscriptions.add(subscription())
    first = await claimed(store)
    await store.deliveries.begin([start(first)], DUE)
    await store.deliveries.reschedule(first.attempt, DUE + MINUTE, "no answer", DUE, sent=True)
    (second,) = await store.deliveries.claim("test", "a", DUE + MINUTE, LEASE, 5)

    await store.deliveries.begin([start(second)], DUE + MINUTE)

    (part,) = await store.deliveries.parts(first.id)
    assert (part.state, part.changed_at) == (SENDING, DUE)


async def test_a_refusal_fails_the_delivery_and_pauses_the_subscription_with_the_reason(store: Store) -> None:
    wish = await store.subscriptions.add(subscription())
    delivery = await claimed(store)

    await store.deliveries.refuse(delivery.attempt, wish.id, "the bot was kicked", DUE)

    assert await outcomes(store) == [(TODAY, "failed", "the bot was kicked")]
    assert await store.subscriptions.get(wish.id) == replace(wish, paused="the bot was kicked", next_at=None)


@pytest.mark.parametrize("state", [UNCERTAIN, FAILED])
async def test_what_is_uncertain_or_failed_can_be_sent_again(store: Store, state: DeliveryState) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery, 2)], DUE)
    await store.deliveries.part_sent(delivery.attempt, 0, "m0", DUE)
    await store.deliveries.end([delivery.attempt], state, "no answer", DUE)

    assert await store.deliveries.resend(delivery.id, NOON)

    (again,) = await store.deliveries.claim("test", "b", NOON, LEASE, 5)
    assert (again.id, again.failures) == (delivery.id, 0)
    assert [part.state for part in await store.deliveries.parts(delivery.id)] == [SENT, PLANNED]


@pytest.mark.parametrize("state", [SENT, SKIPPED])
async def test_what_was_sent_or_skipped_is_not_sent_again(store: Store, state: DeliveryState) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.end([delivery.attempt], state, "", DUE)

    assert not await store.deliveries.resend(delivery.id, NOON)
    assert not await store.deliveries.resend(delivery.id + 1, NOON)


async def test_deliveries_are_found_by_state_chat_and_day(store: Store) -> None:
    other = Chat("test", "2")
    await store.subscriptions.add(subscription())
    await store.subscriptions.add(subscription(chat=other))
    await store.deliveries.plan(DUE)
    await store.deliveries.plan(DUE + DAY)
    (taken,) = await store.deliveries.claim("test", "a", DUE + DAY, LEASE, 1)

    find = store.deliveries.find
    assert [each.id for each in await find(state=CLAIMED)] == [taken.id]
    assert {each.chat for each in await find(chat=other)} == {other}
    assert {each.local_date for each in await find(day=TODAY)} == {TODAY}
    assert len(await find(limit=3)) == 3
    assert await store.deliveries.counts(TODAY) == {SKIPPED: 2, PLANNED: 1, CLAIMED: 1}


async def test_the_lag_is_the_wait_of_the_oldest_that_is_due(store: Store) -> None:
    assert await store.deliveries.lag(NOON) == timedelta(0)
    await store.subscriptions.add(subscription())

    not_planned = await store.deliveries.lag(DUE + MINUTE)
    await store.deliveries.plan(DUE)
    planned = await store.deliveries.lag(DUE + 2 * MINUTE)
    (delivery,) = await store.deliveries.claim("test", "a", DUE, LEASE, 5)
    await store.deliveries.mark([sent(delivery)], DUE)

    assert (not_planned, planned) == (MINUTE, 2 * MINUTE)
    assert await store.deliveries.lag(DUE + 3 * MINUTE) == timedelta(0)


async def test_pruning_takes_what_is_over_and_leaves_what_is_open_or_uncertain(store: Store) -> None:
    states = [SENT, SKIPPED, FAILED, UNCERTAIN, None]
    for number in range(len(states)):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number))))
    await store.deliveries.plan(DUE)
    for delivery, state in zip(await store.deliveries.claim("test", "a", DUE, LEASE, 9), states, strict=True):
        if state:
            await store.deliveries.end([delivery.attempt], state, "", DUE)

    pruned = [await store.deliveries.prune(TODAY + DAY, 2) for _ in range(3)]

    assert pruned == [2, 1, 0]
    assert await store.deliveries.counts(TODAY) == {UNCERTAIN: 1, CLAIMED: 1}
    assert await store.deliveries.prune(TODAY, 2) == 0


async def test_a_claim_uses_the_index_of_open_rows(database_url: str) -> None:
    async with open_store(database_url):
        pass
    query = (
        "SELECT id FROM deliveries WHERE state IN ('planned', 'claimed', 'sending') "
        "AND surface = 'test' AND visible_at <= '2026-04-24' ORDER BY visible_at LIMIT 5"
    )
    with connected(database_url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET enable_seqscan = off"))
            plan = connection.execute(sa.text(f"EXPLAIN {query}"))
        else:
            plan = connection.execute(sa.text(f"EXPLAIN QUERY PLAN {query}"))

        assert "ix_deliveries_open" in str(plan.all())
