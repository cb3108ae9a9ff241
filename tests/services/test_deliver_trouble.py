"""What becomes of a delivery when the platform, the worker, the database or our own code fails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.pages import Page
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.services.delivery.worker_config import WorkerConfig
from bot.storage import Store
from tests.services.ledger import fill, only, states, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import DUE, HERE, HOUR, LEASE, MINUTE, claimed, sent, start, subscription

PLANNED, SENT, FAILED = DeliveryState.PLANNED, DeliveryState.SENT, DeliveryState.FAILED
UNCERTAIN = DeliveryState.UNCERTAIN
SECOND = timedelta(seconds=1)


@pytest.fixture
async def ledger(store: Store) -> Store:
    """A store with papers and one subscription that is due."""
    await fill(store)
    await store.subscriptions.add(subscription())
    return store


def refused(**facts: object) -> DeliveryError:
    return DeliveryError(HERE, "the platform said no", **facts)  # type: ignore[arg-type]


async def begun(store: Store) -> None:
    """The worker has died after it wrote that it sends."""
    await store.deliveries.begin([start(await claimed(store, owner="dead"))], DUE)


async def test_a_refusal_for_good_pauses_the_subscription_and_keeps_the_reason(ledger: Store) -> None:
    box = Postbox()
    box.fail(refused(permanent=True))

    await worker(ledger, box).round(DUE)
    await worker(ledger, box).round(DUE + HOUR)

    (wish,) = await ledger.subscriptions.of(HERE)
    assert (box.arrived, len(box.tried)) == ([], 1)
    assert await states(ledger) == [(FAILED, "the platform said no")]
    assert (wish.paused, wish.paused_detail, wish.next_at) == (Pause.PLATFORM, "the platform said no", None)


@pytest.mark.parametrize("seconds", [0.5, 65, 1337])
async def test_a_wait_that_the_platform_asks_for_is_kept_to_the_letter(ledger: Store, seconds: float) -> None:
    box = Postbox()
    box.fail(refused(retry_after=timedelta(seconds=seconds)))
    wait = timedelta(seconds=seconds)

    await worker(ledger, box).round(DUE)
    row = await only(ledger)
    early = await ledger.deliveries.claim("test", "b", DUE + wait - SECOND / 10, LEASE, 5)
    await worker(ledger, box).round(row.visible_at)

    assert early == []
    assert wait <= row.visible_at - DUE < wait + 5 * SECOND
    assert (row.state, row.failures) == (PLANNED, 0)
    assert len(box.arrived) == 1


async def test_others_go_on_while_one_chat_must_wait(ledger: Store) -> None:
    await ledger.subscriptions.add(subscription(chat=Chat("test", "2")))
    box = Postbox()
    box.fail(refused(retry_after=HOUR))

    await worker(ledger, box).round(DUE)

    assert len(box.arrived) == 1


async def test_a_failure_that_may_pass_is_tried_through_the_grace_with_growing_waits(ledger: Store) -> None:
    box = Postbox()
    box.fail(*[refused()] * 99)

    waits = []
    now = DUE
    while (row := await _after(ledger, box, now)).state is PLANNED:
        waits.append(row.visible_at - now)
        now = row.visible_at
    await worker(ledger, box).round(DUE + 9 * HOUR)

    assert len(box.tried) == len(waits) + 1
    assert [round(wait / MINUTE) for wait in waits[:5]] == [1, 5, 10, 15, 15]
    assert DUE + 5.5 * HOUR < now <= DUE + 6 * HOUR
    assert (row.state, row.reason) == (FAILED, DeliveryReason.REFUSED)
    assert (await ledger.subscriptions.of(HERE))[0].paused is None


async def _after(ledger: Store, box: Postbox, now: datetime) -> Delivery:
    await worker(ledger, box).round(now)
    return await only(ledger)


async def test_a_failure_that_passes_ends_well(ledger: Store) -> None:
    box = Postbox()
    box.fail(refused())

    await worker(ledger, box).round(DUE)
    await worker(ledger, box).round(DUE + 2 * MINUTE)

    assert len(box.arrived) == 1
    assert await states(ledger) == [(SENT, "")]


async def test_a_doubt_is_cleared_with_the_same_nonce_where_the_platform_drops_doubles(ledger: Store) -> None:
    box = Postbox(nonced=True)
    box.fail(refused(ambiguous=True))

    await worker(ledger, box).round(DUE)
    await worker(ledger, box).round(DUE + 10 * SECOND)

    assert len(box.arrived) == 1
    assert len(box.tried) == 2
    assert len(set(box.tried)) == 1
    assert await states(ledger) == [(SENT, "")]


async def test_a_doubt_that_three_tries_do_not_clear_stays_one(ledger: Store) -> None:
    box = Postbox(nonced=True)
    box.fail(*[refused(ambiguous=True)] * 3)

    for seconds in (0, 10, 60):
        await worker(ledger, box).round(DUE + seconds * SECOND)

    assert len(box.tried) == 3
    assert await states(ledger) == [(UNCERTAIN, "the platform said no")]


async def test_a_doubt_is_never_sent_again_by_itself_where_the_platform_knows_no_nonce(ledger: Store) -> None:
    box = Postbox(nonced=False)
    box.fail(refused(ambiguous=True))

    for hours in range(4):
        await worker(ledger, box).round(DUE + hours * HOUR)

    # what comes later tells of it, and brings no papers
    assert [len(message.paper_ids) for message in box.arrived] == [6, 0]
    assert await states(ledger) == [(UNCERTAIN, "the platform said no")]
    assert await ledger.shown_papers.ids(HERE) == frozenset()


async def test_a_doubt_is_sent_again_when_a_person_says_so(ledger: Store) -> None:
    box = Postbox(nonced=False)
    box.fail(refused(ambiguous=True))
    await worker(ledger, box).round(DUE)

    await ledger.deliveries.resend((await only(ledger)).id, DUE + HOUR)
    await worker(ledger, box).round(DUE + HOUR)

    first, second = box.arrived
    assert first.paper_ids == second.paper_ids
    assert await states(ledger) == [(SENT, "")]


async def test_no_answer_within_the_time_is_a_doubt(ledger: Store) -> None:
    box = Postbox(nonced=False)
    box.take(seconds=5)

    await worker(ledger, box, config=WorkerConfig(timeout=SECOND / 20)).round(DUE)

    assert await states(ledger) == [(UNCERTAIN, "no answer within 0.05 s")]


async def test_only_the_part_that_failed_is_sent_again(ledger: Store) -> None:
    box = Postbox(cards_in_a_part=2)
    box.fail(None, refused())

    await worker(ledger, box).round(DUE)
    after_failure = [part.state for part in await ledger.deliveries.parts((await only(ledger)).id)]
    await worker(ledger, box).round(DUE + 2 * MINUTE)

    assert after_failure == [SENT, PLANNED, PLANNED]
    assert len(box.arrived) == 3
    assert len(box.tried) == 4
    shown = [paper_id for message in box.arrived for paper_id in message.paper_ids]
    assert len(shown) == len(set(shown)) == 6


async def test_the_rest_of_a_digest_is_that_of_its_beginning_whatever_was_seen_since(ledger: Store) -> None:
    box = Postbox(cards_in_a_part=2)
    box.fail(None, refused())
    await worker(ledger, box).round(DUE)

    await fill(ledger, 4, first=7, at=DUE + 10 * SECOND)
    await worker(ledger, box, owner="another").round(DUE + 2 * MINUTE)

    shown = [paper_id for message in box.arrived for paper_id in message.paper_ids]
    assert sorted(shown) == [f"2604.{number:05}" for number in range(1, 7)]


async def test_what_a_dead_worker_had_only_claimed_is_sent_once_after_its_lease(ledger: Store) -> None:
    box = Postbox(nonced=False)
    await claimed(ledger, owner="dead")

    await worker(ledger, box).round(DUE + LEASE - SECOND)
    within_the_lease = len(box.arrived)
    await worker(ledger, box).round(DUE + LEASE)

    assert within_the_lease == 0
    assert len(box.arrived) == 1


async def test_what_a_dead_worker_was_sending_goes_again_with_its_nonce_where_the_platform_drops_doubles(
    ledger: Store,
) -> None:
    box = Postbox(nonced=True)
    box.fail(refused(ambiguous=True))
    await worker(ledger, box, owner="dead").round(DUE)
    row = await only(ledger)
    await ledger.deliveries.claim("test", "dead again", row.visible_at, LEASE, 5)

    await worker(ledger, box).round(row.visible_at + LEASE)

    assert len(box.arrived) == 1
    assert len(set(box.tried)) == 1
    assert await states(ledger) == [(SENT, "")]


async def test_what_a_dead_worker_was_sending_is_uncertain_where_the_platform_knows_no_nonce(ledger: Store) -> None:
    box = Postbox(nonced=False)
    await begun(ledger)

    await worker(ledger, box).round(DUE + LEASE)

    assert box.tried == []
    assert await states(ledger) == [(UNCERTAIN, "part 1")]


async def test_a_nonce_that_the_platform_has_forgotten_by_now_is_not_relied_on(ledger: Store) -> None:
    box = Postbox(nonced=True)
    await begun(ledger)

    await worker(ledger, box).round(DUE + 10 * MINUTE)

    assert box.tried == []
    assert await states(ledger) == [(UNCERTAIN, "part 1")]


async def test_a_worker_whose_lease_has_run_out_sends_nothing_and_gives_it_back(ledger: Store) -> None:
    box = Postbox()

    await ledger.deliveries.plan(DUE)
    hasty = WorkerConfig(lease=SECOND, timeout=0.998 * SECOND, patience=0.001 * SECOND)
    await worker(ledger, box, config=hasty).process_batch("test", lambda: DUE)

    row = await only(ledger)
    assert box.tried == []
    assert (row.state, row.reason) == (PLANNED, DeliveryReason.RELEASED)


async def test_a_zombie_is_not_believed(ledger: Store) -> None:
    box = Stolen(ledger)

    await worker(ledger, box).round(DUE)

    (theirs,) = await ledger.deliveries.find(state=SENT)
    assert theirs.owner == "thief"
    assert await ledger.shown_papers.ids(HERE) == {"2604.00001"}


async def test_a_digest_that_we_cannot_compose_fails_after_three_tries_and_holds_up_nobody(ledger: Store) -> None:
    await ledger.subscriptions.add(subscription(chat=Chat("test", "2"), query="poison"))
    box = Poisoned()

    for minutes in (0, 2, 10, 30):
        await worker(ledger, box).round(DUE + minutes * MINUTE)

    (poisoned,) = await ledger.deliveries.of(Chat("test", "2"), 9)
    assert [message.chat for message in box.arrived] == [HERE]
    assert (poisoned.state, poisoned.reason, poisoned.failures) == (FAILED, DeliveryReason.FAULT, 2)
    assert re.fullmatch(r"[0-9a-f]{8}", poisoned.note)


async def test_a_surface_that_breaks_in_a_way_of_its_own_leaves_a_doubt_and_holds_up_nobody(ledger: Store) -> None:
    await ledger.subscriptions.add(subscription(chat=Chat("test", "2")))
    box = Postbox(nonced=False)
    box.fail(KeyError("id"))

    await worker(ledger, box).round(DUE)

    assert len(box.arrived) == 1
    (doubtful,) = await ledger.deliveries.find(state=UNCERTAIN)
    assert doubtful.reason is DeliveryReason.UNANSWERED
    assert re.fullmatch(r"internal error [0-9a-f]{8}", doubtful.note)


async def test_the_worker_after_a_change_of_the_zones_rules_works_out_what_is_due(ledger: Store) -> None:
    (wish,) = await ledger.subscriptions.of(HERE)
    await ledger.subscriptions.resume(wish.id, DUE + 25 * HOUR)
    deliverer = worker(ledger, Postbox())

    await ledger.notes.put("zones", "2020.1", DUE)
    await deliverer.start(DUE)
    moved = (await ledger.subscriptions.of(HERE))[0].next_at
    await ledger.subscriptions.resume(wish.id, DUE + 25 * HOUR)
    await deliverer.start(DUE)

    assert moved == DUE + 24 * HOUR
    assert (await ledger.subscriptions.of(HERE))[0].next_at == DUE + 25 * HOUR


async def test_three_workers_at_once_send_each_digest_once(ledger: Store) -> None:
    for number in range(2, 31):
        await ledger.subscriptions.add(subscription(chat=Chat("test", str(number))))
    box = Postbox(nonced=False)

    await asyncio.gather(*(worker(ledger, box, owner=str(number)).round(DUE) for number in range(3)))

    assert sorted(int(message.chat.id) for message in box.arrived) == list(range(1, 31))
    assert set((await ledger.deliveries.counts(DUE.date())).items()) == {(SENT, 30)}


class Stolen(Postbox):
    """While a message is on its way, another worker takes the delivery and marks it."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        later = DUE + 2 * LEASE
        (taken,) = await self._store.deliveries.claim("test", "thief", later, LEASE, 1)
        await self._store.deliveries.begin([start(taken)], later)
        await self._store.deliveries.mark([sent(taken, "2604.00001")], later)
        return await super().send(chat, part, nonce=nonce, silent=silent, role=role)


async def test_a_paper_that_the_surface_cannot_show_is_left_out_and_the_others_come(
    ledger: Store, caplog: pytest.LogCaptureFixture
) -> None:
    box = Choking("2604.00002")

    await worker(ledger, box).round(DUE)

    (message,) = box.arrived
    assert "2604.00002" not in message.paper_ids
    assert len(message.paper_ids) == 5
    (record,) = [record for record in caplog.records if record.name == "bot.services.delivery.faults"]
    assert (record.__dict__["facts"]["paper"], record.__dict__["facts"]["kind"]) == ("2604.00002", "ZeroDivisionError")


class Choking(Postbox):
    """One paper cannot be cut into parts, whatever stands beside it."""

    def __init__(self, paper_id: str) -> None:
        super().__init__()
        self._paper_id = paper_id

    def parts(self, page: Page) -> Sequence[Page]:
        if any(card.key == self._paper_id for card in page.cards):
            raise ZeroDivisionError
        return super().parts(page)


class Poisoned(Postbox):
    """A page about poison cannot be cut into parts."""

    def parts(self, page: Page) -> Sequence[Page]:
        if "poison" in page.title:
            raise ZeroDivisionError
        return super().parts(page)
