"""What is done to digests after they were sent: edits and threads, each once and never before a digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.follow_ups import FollowUp, FollowUpKind, FollowUpState
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.services.delivery.deliverer import Deliverer
from bot.storage import Store
from tests.builders import observation
from tests.services.ledger import fill, only, worker
from tests.services.living import DiesAt, EditedPostbox, Killed
from tests.services.postbox import Postbox
from tests.storage.harvests import harvest
from tests.storage.ledger import DUE, HERE, HOUR, MINUTE, subscription

#: just after each of the three edits between nine in the morning and midnight in Berlin
EDITS = [DUE + timedelta(hours=15) * number / 4 + MINUTE for number in (1, 2, 3)]
FORBIDDEN = DeliveryError(HERE, "the message can't be edited", permanent=True)


async def sent(store: Store, box: Postbox, **facts: object) -> None:
    """A digest with the papers of the day."""
    await fill(store)
    await store.subscriptions.add(subscription(**facts))
    await worker(store, box).round(DUE)


async def voted(store: Store, at: datetime, votes: int, id: str = "2604.00006") -> None:
    await store.keep(harvest(observation(id, votes=votes, seen_at=at), seen_at=at, day=at.date()))


async def follow_ups(store: Store) -> Sequence[FollowUp]:
    return await store.follow_ups.of((await only(store)).id)


async def states(store: Store) -> list[FollowUpState]:
    return [each.state for each in await follow_ups(store)]


async def test_a_living_digest_is_edited_three_times_and_notifies_nobody(store: Store) -> None:
    store, box = store, EditedPostbox()
    await sent(store, box, living=True)

    for number, moment in enumerate(EDITS, 1):
        await voted(store, moment - MINUTE, 100 * number)
        await worker(store, box, owner=f"w{number}").follow_up_batch("test", lambda at=moment: at)  # type: ignore[misc]
    await worker(store, box, owner="late").follow_up_batch("test", lambda: DUE + 14 * HOUR)

    (message,) = box.arrived
    assert [each.message_id for each in box.edits] == [message.id] * 3
    assert ["100 votes" in each.text for each in box.edits] == [True, False, False]
    assert "300 votes" in box.edits[2].text
    assert "▲ 5 places" in box.edits[2].text
    assert [card.key for card in box.edits[2].page.cards] == list(message.paper_ids)
    assert await states(store) == [FollowUpState.DONE] * 3
    changes = [each.reason for each in await store.deliveries.changes((await only(store)).id)]
    assert changes[-3:] == ["edit 1 done", "edit 2 done", "edit 3 done"]


async def test_nobody_has_it_who_did_not_choose_it(sqlite_store: Store) -> None:
    box = EditedPostbox()
    await sent(sqlite_store, box)

    assert await follow_ups(sqlite_store) == []


async def test_a_platform_without_edits_gets_none(sqlite_store: Store) -> None:
    await sent(sqlite_store, Postbox(), living=True, discussion=True)

    assert await follow_ups(sqlite_store) == []


@pytest.mark.parametrize("place", ["follow_up.claimed", "follow_up.begun", "follow_up.done"])
async def test_a_kill_between_changes_nothing_of_what_an_edit_says(sqlite_store: Store, place: str) -> None:
    store, box = sqlite_store, EditedPostbox()
    await sent(store, box, living=True)
    await voted(store, EDITS[0] - MINUTE, 100)
    dying = Deliverer(store, {"test": box}, owner="dying", crash=DiesAt(place))

    with pytest.raises(Killed):
        await dying.follow_up_batch("test", lambda: EDITS[0])
    await voted(store, EDITS[0] + MINUTE, 777)
    heir = worker(store, box, owner="heir")
    too_early = await heir.follow_up_batch("test", lambda: EDITS[0] + MINUTE)
    await heir.follow_up_batch("test", lambda: EDITS[0] + 3 * MINUTE)

    assert too_early == 0
    texts = {each.text for each in box.edits}
    assert len(texts) == 1
    assert len(box.edits) == (2 if place == "follow_up.done" else 1)
    # before its text was recorded, the newest votes are shown
    assert ("777" in texts.pop()) is (place == "follow_up.claimed")
    assert (await states(store))[0] is FollowUpState.DONE


async def test_an_edit_waits_while_a_digest_is_due_or_almost(sqlite_store: Store) -> None:
    store, box = sqlite_store, EditedPostbox()
    await sent(store, box, living=True)
    soon = await store.subscriptions.add(subscription(chat=Chat("test", "2"), next_at=EDITS[0] + timedelta(seconds=8)))

    waits = await worker(store, box).follow_up_batch("test", lambda: EDITS[0])
    await store.subscriptions.remove(soon.id)
    done = await worker(store, box).follow_up_batch("test", lambda: EDITS[0])

    assert (waits, done, len(box.edits)) == (0, 1, 1)


async def test_a_refusal_freezes_the_digest_and_the_ledger_says_why(sqlite_store: Store) -> None:
    store, box = sqlite_store, EditedPostbox()
    await sent(store, box, living=True)
    box.troubles = [FORBIDDEN]

    for moment in EDITS:
        await worker(store, box).follow_up_batch("test", lambda at=moment: at)  # type: ignore[misc]

    found = await follow_ups(store)
    assert [(each.state, each.reason) for each in found] == [(FollowUpState.FROZEN, DeliveryReason.FORBIDDEN)] * 3
    assert {each.note for each in found} == {FORBIDDEN.reason}
    assert box.edits == []
    (running,) = await store.subscriptions.of(HERE)
    assert running.paused is None
    changes = await store.deliveries.changes((await only(store)).id)
    assert FORBIDDEN.reason in changes[-1].reason


@pytest.mark.parametrize(
    "trouble",
    [
        DeliveryError(HERE, "wait", retry_after=timedelta(seconds=60)),
        DeliveryError(HERE, "broken", ambiguous=True),
        RuntimeError("a bug"),
    ],
)
async def test_what_may_pass_is_tried_again_with_the_same_text(sqlite_store: Store, trouble: Exception) -> None:
    store, box = sqlite_store, EditedPostbox()
    await sent(store, box, living=True)
    await voted(store, EDITS[0] - MINUTE, 100)
    box.troubles = [trouble]

    await worker(store, box).follow_up_batch("test", lambda: EDITS[0])
    await voted(store, EDITS[0] + MINUTE, 777)
    await worker(store, box).follow_up_batch("test", lambda: EDITS[0] + 2 * MINUTE)

    (edit,) = box.edits
    assert "100 votes" in edit.text
    assert (await states(store))[0] is FollowUpState.DONE


@pytest.mark.parametrize(
    ("trouble", "minutes"),
    [
        (DeliveryError(HERE, "wait", retry_after=timedelta(minutes=7)), 7),
        (DeliveryError(HERE, "broken", ambiguous=True), 1),
        (DeliveryError(HERE, "busy"), 1),
        (RuntimeError("a bug"), 1),
    ],
    ids=["wait", "ambiguous", "refused", "bug"],
)
async def test_what_may_pass_is_tried_again_after_a_wait(sqlite_store: Store, trouble: Exception, minutes: int) -> None:
    store, box = sqlite_store, EditedPostbox()
    await sent(store, box, living=True)
    await voted(store, EDITS[0] - MINUTE, 100)
    box.troubles = [trouble]
    tried = []

    for moment in (EDITS[0], EDITS[0] + (minutes - 0.5) * MINUTE, EDITS[0] + (minutes + 0.5) * MINUTE):
        await worker(store, box).follow_up_batch("test", lambda at=moment: at)  # type: ignore[misc]
        tried.append(len(box.edits))

    assert tried == [0, 0, 1]


async def test_a_thread_is_tried_for_six_hours(sqlite_store: Store) -> None:
    box = EditedPostbox()
    await sent(sqlite_store, box, discussion=True)

    (found,) = await follow_ups(sqlite_store)
    assert timedelta(0) <= found.expires_at - found.due_at - 6 * HOUR < MINUTE
    assert timedelta(0) <= found.due_at - DUE < MINUTE


async def test_of_edits_that_were_missed_only_the_last_is_made_and_none_the_next_day(sqlite_store: Store) -> None:
    store, box = sqlite_store, EditedPostbox()
    await sent(store, box, living=True)

    await worker(store, box).follow_up_batch("test", lambda: EDITS[1] + MINUTE)
    await store.subscriptions.remove((await store.subscriptions.of(HERE))[0].id)
    await worker(store, box).follow_up_batch("test", lambda: DUE + 20 * HOUR)

    assert len(box.edits) == 1
    assert await states(store) == [FollowUpState.SKIPPED, FollowUpState.DONE, FollowUpState.SKIPPED]


@pytest.mark.parametrize("how", ["removed", "paused", "changed", "turned off"])
async def test_a_subscription_that_is_no_longer_the_same_leaves_its_message_as_it_is(
    sqlite_store: Store, how: str
) -> None:
    store, box = sqlite_store, EditedPostbox()
    await sent(store, box, living=True)
    (wish,) = await store.subscriptions.of(HERE)
    match how:
        case "removed":
            await store.subscriptions.remove(wish.id)
        case "paused":
            await store.subscriptions.pause(wish.id, Pause.PERSON, DUE)
        case "changed":
            await store.subscriptions.change(subscription(id=wish.id, living=True, size=2, next_at=wish.next_at))
        case _:
            await store.subscriptions.change(subscription(id=wish.id, next_at=wish.next_at))

    await worker(store, box).follow_up_batch("test", lambda: EDITS[0])

    assert box.edits == []
    assert (await states(store))[0] is FollowUpState.SKIPPED


async def test_every_message_of_a_long_digest_is_edited(sqlite_store: Store) -> None:
    box = EditedPostbox(cards_in_a_part=4)
    await sent(sqlite_store, box, living=True)

    await worker(sqlite_store, box).follow_up_batch("test", lambda: EDITS[0])

    assert [each.message_id for each in box.edits] == [each.id for each in box.arrived]
    assert len(box.edits) == 2


async def test_a_thread_is_opened_once_with_the_name_of_the_digest(sqlite_store: Store) -> None:
    box = EditedPostbox()
    await sent(sqlite_store, box, discussion=True)
    await worker(sqlite_store, box, owner="b").follow_up_batch("test", lambda: DUE + HOUR)

    (message,) = box.arrived
    assert box.threads == {message.id: message.page.title}
    (found,) = await follow_ups(sqlite_store)
    assert (found.kind, found.state, found.attempts) == (FollowUpKind.THREAD, FollowUpState.DONE, 1)


async def test_a_missing_permission_for_threads_is_told_once_until_it_works(sqlite_store: Store) -> None:
    box, day = EditedPostbox(), timedelta(days=1)
    refused = DeliveryError(HERE, "the bot may open no threads", permanent=True)
    # on the third day it works, on the fourth the permission is gone again
    box.troubles = [refused, refused, None, refused]
    await sent(sqlite_store, box, discussion=True)
    for days in (1, 2, 3):
        await fill(sqlite_store, first=1 + 6 * days, at=DUE + days * day - HOUR)
        await worker(sqlite_store, box, owner=f"w{days}").round(DUE + days * day)

    notices = [each for each in box.arrived if not each.paper_ids]
    assert len(box.arrived) - len(notices) == 4
    assert len(box.threads) == 1
    assert ["the bot may open no threads" in each.page.intro for each in notices] == [True, True]


async def test_a_digest_without_papers_has_neither(sqlite_store: Store) -> None:
    box = EditedPostbox()
    await sqlite_store.subscriptions.add(subscription(living=True, discussion=True))
    await worker(sqlite_store, box).round(DUE)

    assert len(box.arrived) == 1
    assert await follow_ups(sqlite_store) == []
