"""What becomes of deliveries, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.storage import Store
from tests.builders import NOON, TODAY
from tests.storage.ledger import DAY, DUE, HERE, HOUR, LEASE, MINUTE, claimed, outcomes, sent, start, subscription

PLANNED, CLAIMED, SENDING = DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING
SENT, SKIPPED, FAILED = DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED
UNCERTAIN = DeliveryState.UNCERTAIN


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


@pytest.mark.parametrize("digest_id", ["", "nonsense", "2026-04", "2026-13-01", f"{TODAY}"])
async def test_a_digest_that_never_was_has_no_papers(sqlite_store: Store, digest_id: str) -> None:
    assert await sqlite_store.deliveries.brought(digest_id) == ()


async def test_a_digest_that_was_sent_has_its_papers_in_order_and_no_other_has_them(store: Store) -> None:
    digests = [f"{TODAY}-aaaaaaaa", f"{TODAY}-bbbbbbbb"]
    for number, papers in enumerate((("2604.00002", "2604.00001"), ("2604.00003",))):
        await store.subscriptions.add(subscription(chat=Chat("test", str(number))))
        delivery = await claimed(store)
        await store.deliveries.begin([replace(start(delivery), digest_id=digests[number])], DUE)
        await store.deliveries.mark([sent(delivery, *papers)], DUE)

    assert [await store.deliveries.brought(digest) for digest in digests] == [
        ("2604.00002", "2604.00001"),
        ("2604.00003",),
    ]
    assert await store.deliveries.brought(f"{TODAY}-cccccccc") == ()


async def test_what_was_not_sent_is_counted_and_listed_without_what_was_meant_so(store: Store) -> None:
    for chat in ("sent", "uncertain", "empty"):
        await store.subscriptions.add(subscription(chat=Chat("test", chat)))
    await store.deliveries.plan(DUE)
    taken = {each.chat.id: each for each in await store.deliveries.claim("test", "a", DUE, LEASE, 5)}
    await store.deliveries.mark([sent(taken["sent"])], DUE)
    await store.deliveries.end([taken["uncertain"].attempt], UNCERTAIN, "no answer", DUE)
    await store.deliveries.end([taken["empty"].attempt], SKIPPED, "", DUE, code=DeliveryReason.EMPTY)

    counts = await store.deliveries.unsent(DUE - HOUR, DUE)
    found = await store.deliveries.find_unsent(DUE - HOUR, DUE, 5)
    later = await store.deliveries.find_unsent(DUE + MINUTE, DUE + HOUR, 5)

    assert counts == {UNCERTAIN: 1}
    assert [each.chat.id for each in found] == ["uncertain"]
    assert later == []


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
    assert await store.subscriptions.get(wish.id) == replace(
        wish, paused=Pause.PLATFORM, paused_detail="the bot was kicked", next_at=None
    )


@pytest.mark.parametrize("state", [UNCERTAIN, FAILED])
async def test_what_is_uncertain_or_failed_can_be_sent_again(store: Store, state: DeliveryState) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery, 2)], DUE)
    await store.deliveries.part_sent(delivery.attempt, 0, "m0", DUE)
    await store.deliveries.end([delivery.attempt], state, "no answer", DUE)

    assert await store.deliveries.resend(delivery.id, NOON)

    (again,) = await store.deliveries.claim("test", "b", NOON, LEASE, 5)
    assert (again.id, again.failures, again.expires_at) == (delivery.id, 0, NOON + 6 * HOUR)
    assert [part.state for part in await store.deliveries.parts(delivery.id)] == [SENT, PLANNED]


@pytest.mark.parametrize("state", [SENT, SKIPPED])
async def test_what_was_sent_or_skipped_is_not_sent_again(store: Store, state: DeliveryState) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.end([delivery.attempt], state, "", DUE)

    assert await store.deliveries.resend(delivery.id, NOON) is False
    assert await store.deliveries.resend(delivery.id + 1, NOON) is False


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


async def test_a_part_that_is_tried_again_is_marked_as_leaving(store: Store) -> None:
    await store.subscriptions.add(subscription())
    first = await claimed(store)
    await store.deliveries.begin([start(first, 2)], DUE)

    put_back = await store.deliveries.reschedule(first.attempt, DUE + MINUTE, "refused", DUE)
    between = [part.state for part in await store.deliveries.parts(first.id)]
    (second,) = await store.deliveries.claim("test", "a", DUE + MINUTE, LEASE, 5)
    await store.deliveries.begin([start(second, 2)], DUE + MINUTE)

    parts = await store.deliveries.parts(first.id)
    assert put_back is True
    assert between == [PLANNED, PLANNED]
    assert [(part.state, part.changed_at) for part in parts] == [(SENDING, DUE + MINUTE), (PLANNED, DUE)]


async def test_a_doubt_of_an_earlier_attempt_outlives_one_that_sent_nothing(store: Store) -> None:
    await store.subscriptions.add(subscription())
    first = await claimed(store)
    await store.deliveries.begin([start(first)], DUE)
    (second,) = await store.deliveries.claim("test", "b", DUE + HOUR, LEASE, 5)
    await store.deliveries.begin([start(second)], DUE + HOUR)

    await store.deliveries.reschedule(second.attempt, DUE + HOUR, "refused", DUE + HOUR, claimed_at=second.changed_at)

    (part,) = await store.deliveries.parts(first.id)
    assert (part.state, part.changed_at) == (SENDING, DUE)


async def test_a_later_part_with_which_a_new_try_begins_is_marked_as_leaving(store: Store) -> None:
    await store.subscriptions.add(subscription())
    first = await claimed(store)
    await store.deliveries.begin([start(first, 2)], DUE)
    await store.deliveries.part_sent(first.attempt, 0, "m0", DUE)
    await store.deliveries.reschedule(first.attempt, DUE + MINUTE, "refused", DUE)
    (second,) = await store.deliveries.claim("test", "a", DUE + MINUTE, LEASE, 5)

    await store.deliveries.begin([replace(start(second, 2), first=1)], DUE + MINUTE)

    assert [part.state for part in await store.deliveries.parts(first.id)] == [SENT, SENDING]


async def test_a_part_is_on_its_way_from_when_its_intent_is_written(store: Store) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery, 2)], DUE)
    await store.deliveries.part_sent(delivery.attempt, 0, "m0", DUE)

    begun = await store.deliveries.part_begun(delivery.attempt, 1, DUE + MINUTE)

    parts = await store.deliveries.parts(delivery.id)
    assert begun
    assert [(part.state, part.changed_at) for part in parts] == [(SENT, DUE), (SENDING, DUE + MINUTE)]
