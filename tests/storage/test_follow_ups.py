"""Follow-ups and greetings in the database: who may do them, and the migration that brings their tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.follow_ups import FollowUpKind, FollowUpState, PlannedFollowUp
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.storage import Store, open_store
from tests.storage.former import CREATED, add_row, add_subscription, former_schema
from tests.storage.ledger import DAY, DUE, HERE, HOUR, LEASE, MINUTE, claimed, sent, start, subscription

BEFORE = "0024"


def edits(*minutes: int) -> tuple[PlannedFollowUp, ...]:
    return tuple(
        PlannedFollowUp(kind=FollowUpKind.EDIT, number=number, due_at=DUE + minute * MINUTE, expires_at=DUE + 15 * HOUR)
        for number, minute in enumerate(minutes, 1)
    )


async def delivered(store: Store, *planned: PlannedFollowUp) -> int:
    """A delivery with follow-ups that is marked as sent."""
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery)], DUE)
    outcome = sent(delivery, "2604.00001")
    await store.deliveries.mark([replace(outcome, follow_ups=planned)], DUE)
    return delivery.id


async def test_a_follow_up_is_claimed_by_one_worker_until_its_lease_ends(store: Store) -> None:
    await delivered(store, *edits(10))
    repository = store.follow_ups

    early = await repository.claim("test", "a", DUE + 9 * MINUTE, LEASE, 5)
    (mine,) = await repository.claim("test", "a", DUE + 10 * MINUTE, LEASE, 5)
    meanwhile = await repository.claim("test", "b", DUE + 11 * MINUTE, LEASE, 5)
    (theirs,) = await repository.claim("test", "b", DUE + 12 * MINUTE, LEASE, 5)

    assert (early, meanwhile) == ([], [])
    assert (mine.id, mine.attempts, theirs.attempts, theirs.owner) == (theirs.id, 1, 2, "b")
    assert not await repository.done(mine, DUE + 12 * MINUTE)
    assert await repository.done(theirs, DUE + 12 * MINUTE)
    assert await repository.claim("test", "a", DUE + HOUR, LEASE, 5) == []


async def test_the_first_text_of_an_edit_is_kept_for_every_attempt(store: Store) -> None:
    id = await delivered(store, *edits(10))
    (mine,) = await store.follow_ups.claim("test", "a", DUE + 10 * MINUTE, LEASE, 5)
    first = await store.follow_ups.begin(mine, "first", DUE + 10 * MINUTE, DUE + 10 * MINUTE)
    (again,) = await store.follow_ups.claim("test", "b", DUE + 12 * MINUTE, LEASE, 5)
    second = await store.follow_ups.begin(again, "second", DUE + 12 * MINUTE, DUE + 12 * MINUTE)
    lost = await store.follow_ups.begin(mine, "third", DUE + 13 * MINUTE, DUE + 13 * MINUTE)

    assert first is not None
    assert second is not None
    assert (first.content, second.content, lost) == ("first", "first", None)
    assert second.as_of == DUE + 10 * MINUTE
    assert [each.state for each in await store.follow_ups.of(id)] == [FollowUpState.SENDING]


async def test_a_later_edit_waits_for_one_that_is_under_way(store: Store) -> None:
    await delivered(store, *edits(10, 11))
    await store.follow_ups.claim("test", "a", DUE + 10 * MINUTE, LEASE, 5)

    under_way = await store.follow_ups.claim("test", "b", DUE + 11 * MINUTE, LEASE, 5)
    (next_one,) = await store.follow_ups.claim("test", "b", DUE + 12 * MINUTE, LEASE, 5)

    assert (under_way, next_one.number) == ([], 2)


async def test_a_delivery_that_is_planned_or_sent_is_work_and_one_of_another_surface_is_not(store: Store) -> None:
    await store.subscriptions.add(subscription())
    before = await store.follow_ups.idle("test", DUE - MINUTE), await store.follow_ups.idle("test", DUE)
    delivery = await claimed(store)
    during = await store.follow_ups.idle("test", DUE)
    await store.deliveries.begin([start(delivery)], DUE)
    await store.deliveries.mark([sent(delivery)], DUE)

    assert (*before, during) == (True, False, False)
    assert await store.follow_ups.idle("test", DUE)
    assert await store.follow_ups.idle("other", DUE + DAY)


async def test_what_is_postponed_or_skipped_says_why(store: Store) -> None:
    id = await delivered(store, *edits(10))
    (mine,) = await store.follow_ups.claim("test", "a", DUE + 10 * MINUTE, LEASE, 5)
    await store.follow_ups.postpone(mine, DUE + HOUR, DeliveryReason.REFUSED, "busy", DUE, failed=True)
    (postponed,) = await store.follow_ups.of(id)
    await store.follow_ups.claim("test", "a", DUE + 16 * HOUR, LEASE, 5)
    (skipped,) = await store.follow_ups.of(id)

    assert (postponed.failures, postponed.note, postponed.reason) == (1, "busy", DeliveryReason.REFUSED)
    assert (skipped.state, skipped.reason) == (FollowUpState.SKIPPED, DeliveryReason.EXPIRED)


async def test_a_chat_is_greeted_once_a_day_in_all_processes(store: Store) -> None:
    other = Chat("test", "2")
    claims = [
        await store.greetings.claim(chat, DUE + after)
        for chat, after in (
            (HERE, timedelta()),
            (HERE, MINUTE),
            (other, MINUTE),
            (HERE, 23 * HOUR),
            (HERE, 25 * HOUR),
            (HERE, 26 * HOUR),
        )
    ]

    assert claims == [True, False, True, False, True, False]


async def test_stored_subscriptions_and_deliveries_stay_as_they_were(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        add_subscription(connection, layout="full")
        add_row(
            connection,
            "deliveries",
            subscription_id=1,
            surface="test",
            chat="1",
            thread="",
            local_date=CREATED.date(),
            due_at=CREATED,
            state="sent",
            late=False,
            visible_at=CREATED,
            attempts=1,
            failures=0,
            owner="a",
            note="",
            digest_id="d",
            changed_at=CREATED,
        )

    async with open_store(database_url) as store:
        (kept,) = await store.subscriptions.of(HERE)
        (delivery,) = await store.deliveries.of(HERE, 9)
        followed = await store.follow_ups.of(delivery.id)

    assert (kept.query, kept.living, kept.discussion, str(kept.layout)) == ("agents", False, False, "full")
    assert (delivery.digest_id, followed) == ("d", [])
