"""What follows from a failure, by medium."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.services.delivery.nonces import nonces
from bot.services.delivery.retry_policy import (
    CHAT_GAPS,
    FAULT_TRIES,
    MAIL_GAPS,
    DeliveryRetryPolicy,
    End,
    Moved,
    OnUncertain,
    Refused,
    Retry,
    Verdict,
)
from tests.builders import NOON

HERE, THERE = Chat("test", "1"), Chat("test", "1001")
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
GRACE = 6 * HOUR
FAILED, UNCERTAIN = DeliveryState.FAILED, DeliveryState.UNCERTAIN
CHAT = DeliveryRetryPolicy()
NONCED, READABLE = DeliveryRetryPolicy(nonced=True), DeliveryRetryPolicy(nonced=True, readable=True)
RESENDING = DeliveryRetryPolicy(on_uncertain=OnUncertain.RESEND)
MAIL = DeliveryRetryPolicy(gaps=MAIL_GAPS, growing_waits=True)
POLICIES = [
    CHAT,
    NONCED,
    READABLE,
    RESENDING,
    MAIL,
    DeliveryRetryPolicy(gaps=MAIL_GAPS, on_uncertain=OnUncertain.RESEND),
]


def error(**facts: object) -> DeliveryError:
    return DeliveryError(HERE, "no", **facts)  # type: ignore[arg-type]


def after(policy: DeliveryRetryPolicy, trouble: DeliveryError, failures: int = 0, left: timedelta = GRACE) -> Verdict:
    return policy.after(trouble, failures=failures, now=NOON, deadline=NOON + left)


def gap(verdict: Verdict) -> timedelta:
    assert isinstance(verdict, Retry)
    return verdict.at - NOON


@pytest.mark.parametrize(
    ("policy", "trouble", "failures", "expected"),
    [
        (NONCED, error(permanent=True), 0, Refused("no")),
        (CHAT, error(ambiguous=True), 0, End(UNCERTAIN, DeliveryReason.UNANSWERED, "no")),
        (NONCED, error(ambiguous=True), 2, End(UNCERTAIN, DeliveryReason.UNANSWERED, "no")),
        (CHAT, error(moved_to=THERE), 0, Moved(THERE, "no")),
        (NONCED, error(moved_to=THERE, permanent=True), 1, Moved(THERE, "no")),
    ],
)
def test_a_failure_decides_what_follows(
    policy: DeliveryRetryPolicy, trouble: DeliveryError, failures: int, expected: Verdict
) -> None:
    assert after(policy, trouble, failures) == expected


def test_what_the_platform_asks_us_to_wait_is_obeyed_to_the_letter_and_no_failure() -> None:
    verdict = after(CHAT, error(retry_after=7 * MINUTE), failures=2)

    assert verdict == Retry(at=NOON + 7 * MINUTE, code=DeliveryReason.PLATFORM_WAIT, detail="no")


def test_waits_of_mail_are_our_own_guess_and_grow() -> None:
    gaps = [gap(after(MAIL, error(retry_after=2 * MINUTE), failures)) for failures in range(5)]

    assert gaps == [2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 30 * MINUTE]


@pytest.mark.parametrize(
    ("policy", "trouble"),
    [(CHAT, error()), (MAIL, error()), (RESENDING, error(ambiguous=True)), (READABLE, error(ambiguous=True))],
)
def test_trouble_that_passes_is_tried_through_the_whole_grace(
    policy: DeliveryRetryPolicy, trouble: DeliveryError
) -> None:
    now, deadline, tries = NOON, NOON + GRACE, 0
    while isinstance(verdict := policy.after(trouble, failures=tries, now=now, deadline=deadline), Retry):
        assert verdict.failed
        now, tries = verdict.at, tries + 1

    assert isinstance(verdict, End)
    assert verdict.state is (UNCERTAIN if trouble.ambiguous else FAILED)
    assert deadline - policy.gaps[-1] < now <= deadline
    assert tries > 10


def test_a_greylist_of_ten_minutes_costs_a_quarter_of_an_hour_at_most() -> None:
    reached, failures = timedelta(0), 0
    while reached < 10 * MINUTE:
        reached, failures = reached + gap(after(MAIL, error(), failures)), failures + 1

    assert reached <= 25 * MINUTE
    assert MAIL_GAPS[-1] == 30 * MINUTE


def test_a_doubt_is_cleared_soon_where_the_platform_remembers_and_only_where_a_second_try_is_no_double() -> None:
    first, second = (after(NONCED, error(ambiguous=True), failures) for failures in (0, 1))

    assert (gap(first), gap(second)) == (5 * SECOND, 30 * SECOND)
    assert isinstance(first, Retry)
    assert first.sent


def test_what_is_sent_again_by_choice_is_forgotten_to_be_in_doubt() -> None:
    verdict = after(RESENDING, error(ambiguous=True))

    assert isinstance(verdict, Retry)
    assert not verdict.sent


def test_an_error_of_our_own_is_tried_a_few_times_only() -> None:
    ends = [
        CHAT.after_fault("no", failures=failures, now=NOON, deadline=NOON + GRACE) for failures in range(FAULT_TRIES)
    ]

    assert [type(end) for end in ends] == [Retry, Retry, End]
    assert CHAT_GAPS[0] == gap(ends[0])


troubles = st.builds(
    lambda ambiguous, permanent, wait: error(ambiguous=ambiguous, permanent=permanent, retry_after=wait),
    st.booleans(),
    st.booleans(),
    st.none() | st.timedeltas(timedelta(seconds=-5), timedelta(days=2)),
)


@given(st.sampled_from(POLICIES), troubles, st.integers(0, 400), st.timedeltas(timedelta(hours=-1), timedelta(days=7)))
def test_no_try_is_before_now_or_after_the_deadline(
    policy: DeliveryRetryPolicy, trouble: DeliveryError, failures: int, left: timedelta
) -> None:
    verdict = after(policy, trouble, failures, left)

    if isinstance(verdict, Retry):
        assert NOON <= verdict.at <= NOON + left
        assert trouble.retry_after is None or verdict.at >= NOON + trouble.retry_after


@given(st.sampled_from(POLICIES), st.booleans())
def test_gaps_never_shrink_and_are_bounded(policy: DeliveryRetryPolicy, ambiguous: bool) -> None:
    verdicts = [after(policy, error(ambiguous=ambiguous), failures, timedelta(days=9)) for failures in range(50)]
    gaps = [verdict.at - NOON for verdict in verdicts if isinstance(verdict, Retry)]

    assert all(earlier <= later <= 30 * MINUTE for earlier, later in pairwise(gaps))


def test_a_nonce_is_the_same_in_every_process_and_another_for_each_part_and_day() -> None:
    delivery = Delivery(
        id=1,
        subscription_id=7,
        chat=HERE,
        local_date=date(2026, 4, 24),
        due_at=NOON,
        state=DeliveryState.CLAIMED,
        visible_at=NOON,
        changed_at=NOON,
    )

    assert nonces(delivery, 2) == ("j2ufcmcy4dhbjuw7moxdeydp", "b3tp5zwjlnhu7xx2f2tpnuzb")
