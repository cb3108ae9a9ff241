"""Each time limit of the ledger and of delivery: just before it, exactly at it, and just after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryPart, DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.papers import DeliveryReason
from bot.domain.rate_limits import Allowance
from bot.services.delivery.composer import Composer
from bot.services.delivery.crash import CrashPoint
from bot.services.delivery.high_water_mark import HighWaterMark
from bot.services.delivery.intents import Lead
from bot.services.delivery.monotonic_clock import MonotonicClock
from bot.services.delivery.preparation import NONCE_WINDOW, Ready, is_remembered, prepare
from bot.services.delivery.rate_limiter import RateLimiter
from bot.services.delivery.recovery import Recovery
from bot.services.delivery.retry_policy import (
    MAIL_GAPS,
    DeliveryRetryPolicy,
    End,
    OnUncertain,
    Retry,
    Verdict,
)
from bot.services.delivery.sender import Sender
from bot.services.delivery.worker_config import WorkerConfig
from bot.storage import Store
from bot.storage.delivery_progress import Sent
from bot.storage.planner import Plan, planned
from tests.builders import NOON
from tests.proofs.faults import Faults, faulty
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import DAY, DUE, HERE, HOUR, MINUTE, claimed, subscription

INSTANT, SECOND = timedelta(microseconds=1), timedelta(seconds=1)
#: below, at and above a limit
STEPS = (-INSTANT, timedelta(0), INSTANT)


async def planned_late(store: Store, late: timedelta) -> tuple[bool, DeliveryState]:
    """Return what the row says if its subscription is planned so long after it was due."""
    await store.subscriptions.add(subscription())
    await store.deliveries.plan(DUE + late, Plan(grace=6 * HOUR))
    (row,) = await store.deliveries.find()
    return row.late, row.state


@pytest.mark.parametrize(("step", "late"), list(zip(STEPS, (False, False, True), strict=True)))
async def test_a_digest_is_late_after_ten_minutes(sqlite_store: Store, step: timedelta, late: bool) -> None:
    assert await planned_late(sqlite_store, 10 * MINUTE + step) == (late, DeliveryState.PLANNED)


@pytest.mark.parametrize(("step", "skipped"), list(zip(STEPS, (False, False, True), strict=True)))
async def test_a_digest_is_skipped_after_the_grace(sqlite_store: Store, step: timedelta, skipped: bool) -> None:
    state = DeliveryState.SKIPPED if skipped else DeliveryState.PLANNED

    assert await planned_late(sqlite_store, 6 * HOUR + step) == (not skipped, state)


@pytest.mark.parametrize(("step", "skipped"), list(zip(STEPS, (False, False, True), strict=True)))
async def test_a_row_that_nobody_began_is_skipped_after_the_grace(
    sqlite_store: Store, step: timedelta, skipped: bool
) -> None:
    await sqlite_store.subscriptions.add(subscription())
    await sqlite_store.deliveries.plan(DUE)

    await sqlite_store.deliveries.plan(DUE + 6 * HOUR + step)

    (row,) = await sqlite_store.deliveries.find()
    assert (row.state is DeliveryState.SKIPPED) is skipped


@pytest.mark.parametrize(("days", "deleted"), [(-1, 0), (0, 0), (1, 1)])
async def test_rows_before_the_day_are_pruned(sqlite_store: Store, days: int, deleted: int) -> None:
    await sqlite_store.subscriptions.add(subscription())
    delivery = await claimed(sqlite_store)
    await sqlite_store.deliveries.end([delivery.attempt], DeliveryState.SKIPPED, "", DUE)

    assert await sqlite_store.deliveries.prune(delivery.local_date + days * DAY, 9) == deleted


async def prepared(store: Store, now: timedelta) -> Ready | Verdict:
    """Return what becomes of a claimed delivery so long after it was due."""
    await fill(store)
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)
    (brief,) = await store.deliveries.briefs([delivery])
    return await prepare(brief, Postbox(), Composer(store), WorkerConfig(), DUE + now, DUE)


@pytest.mark.parametrize(("step", "skipped"), list(zip(STEPS, (False, False, True), strict=True)))
async def test_a_claimed_digest_is_skipped_after_its_deadline(
    sqlite_store: Store, step: timedelta, skipped: bool
) -> None:
    outcome = await prepared(sqlite_store, 6 * HOUR + step)

    assert isinstance(outcome, Ready) is not skipped
    assert not skipped or outcome == End(DeliveryState.SKIPPED, DeliveryReason.EXPIRED)


@pytest.mark.parametrize(("step", "remembered"), list(zip(STEPS, (True, True, False), strict=True)))
def test_a_nonce_is_relied_on_for_two_minutes(step: timedelta, remembered: bool) -> None:
    part = DeliveryPart(delivery_id=1, part=0, nonce="n", state=DeliveryState.SENDING, message_id="", changed_at=DUE)

    assert is_remembered(part, Postbox(), DUE + 2 * MINUTE + step) is remembered
    assert not is_remembered(part, Postbox(nonced=False), DUE)
    assert timedelta(minutes=2) == NONCE_WINDOW


def test_a_delivery_is_tried_until_it_expires_or_the_grace_ends() -> None:
    row = planned(subscription(), DUE, DUE, DUE)

    assert WorkerConfig(grace=HOUR).deadline(row) == DUE + HOUR
    assert WorkerConfig(grace=HOUR).deadline(replace(row, expires_at=DUE + DAY)) == DUE + DAY


@pytest.mark.parametrize(("step", "longer"), list(zip(STEPS, (False, False, True), strict=True)))
def test_only_a_platform_that_is_slower_than_the_timeout_gets_a_longer_lease(step: timedelta, longer: bool) -> None:
    config = WorkerConfig()
    changed = config.for_answers_within(config.timeout + step)

    assert changed == (replace(config, timeout=config.timeout + step, lease=115 * SECOND + step) if longer else config)


POLICIES = (
    DeliveryRetryPolicy(),
    DeliveryRetryPolicy(nonced=True),
    DeliveryRetryPolicy(nonced=True, readable=True),
    DeliveryRetryPolicy(on_uncertain=OnUncertain.RESEND),
    DeliveryRetryPolicy(gaps=MAIL_GAPS, growing_waits=True, on_uncertain=OnUncertain.RESEND),
)
TROUBLES = (
    DeliveryError(HERE, "no"),
    DeliveryError(HERE, "no", ambiguous=True),
    DeliveryError(HERE, "no", retry_after=7 * MINUTE),
)


@pytest.mark.parametrize("failures", [0, 1, 2, 3, 9])
@pytest.mark.parametrize("trouble", TROUBLES, ids=["refused", "ambiguous", "wait"])
@pytest.mark.parametrize("policy", POLICIES, ids=["chat", "nonces", "lookups", "resend", "mail"])
def test_the_last_try_is_at_the_deadline(policy: DeliveryRetryPolicy, trouble: DeliveryError, failures: int) -> None:
    def after(left: timedelta) -> Verdict:
        return policy.after(trouble, failures=failures, now=NOON, deadline=NOON + left)

    verdict = after(9 * DAY)
    if isinstance(verdict, Retry):
        wait = verdict.at - NOON
        assert after(wait) == verdict
        assert isinstance(after(wait - INSTANT), End)


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_the_last_try_after_an_internal_error_is_at_the_deadline(failures: int) -> None:
    def after(left: timedelta) -> Verdict:
        return DeliveryRetryPolicy().after_fault("f", failures=failures, now=NOON, deadline=NOON + left)

    verdict = after(DAY)
    assert isinstance(verdict, Retry) is (failures < 2)
    if isinstance(verdict, Retry):
        assert after(verdict.at - NOON) == verdict
        assert isinstance(after(verdict.at - NOON - INSTANT), End)


class Hand:
    """The hand of a clock, which a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def sender(store: Store, box: Postbox, hand: Hand, should_stop: Callable[[], bool] = lambda: False) -> Sender:
    return Sender(
        store=store,
        surface=box,
        config=WorkerConfig(),
        monotonic=MonotonicClock(DUE, hand),
        crash=CrashPoint(),
        recovery=Recovery(store, HighWaterMark(None)),
        lead=Lead(),
        in_doubt=asyncio.Semaphore(5),
        should_stop=should_stop,
    )


@pytest.mark.parametrize("nonced", [True, False])
@pytest.mark.parametrize(("seconds", "sends"), [(64.9, True), (65, False), (65.1, False)])
async def test_nothing_is_sent_if_the_lease_may_end_before_the_answer(
    sqlite_store: Store, nonced: bool, seconds: float, sends: bool
) -> None:
    ready = await prepared(sqlite_store, timedelta(0))
    assert isinstance(ready, Ready)
    box, hand = Postbox(nonced=nonced), Hand()
    ours = sender(sqlite_store, box, hand)
    if nonced:
        await ours.begin([ready])
    hand.seconds = seconds

    outcome = await ours.send(ready, timedelta(seconds=seconds))

    assert isinstance(outcome, Sent) is sends
    assert len(box.arrived) == sends
    assert sends or outcome == Retry(at=ours.monotonic(), code=DeliveryReason.RELEASED)


@pytest.mark.parametrize(("seconds", "left"), [(0, 0.8), (0.7, 0.1), (0.8, 0), (1, 0), (9, 0)])
def test_turns_are_acquired_a_fifth_of_a_second_ahead(sqlite_store: Store, seconds: float, left: float) -> None:
    hand = Hand()
    limiter = RateLimiter(
        store=sqlite_store,
        surface=Postbox(allowance=Allowance(per_second=1)),
        monotonic=MonotonicClock(NOON, hand),
        patience=5 * MINUTE,
        last=timedelta(seconds=1),
    )
    hand.seconds = seconds

    assert limiter.until_next_acquire == pytest.approx(left)


async def test_people_are_looked_for_who_have_to_be_told_every_fifteen_seconds(sqlite_store: Store) -> None:
    faults = Faults(lambda name, times: False, armed=True)
    deliverer = worker(faulty(sqlite_store, faults), Postbox())
    looked = []

    for seconds in (0, 14, 16, 17, 32, 10):
        await deliverer.process_batch("test", lambda at=DUE + seconds * SECOND: at)  # type: ignore[misc]
        looked.append((faults.calls["store.deliveries.take_notices"], faults.calls["store.pause_notices.take"]))

    # the last time, the clock was set back
    assert looked == [(times, times) for times in (1, 1, 2, 2, 3, 4)]
