from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.requests import Chat
from bot.services.delivery.nonces import nonces
from bot.services.delivery.verdicts import Ended, Moved, Refused, Retry, Verdict, verdict
from tests.builders import NOON

HERE, THERE = Chat("test", "1"), Chat("test", "1001")
MINUTE = timedelta(minutes=1)
FAILED, UNCERTAIN = DeliveryState.FAILED, DeliveryState.UNCERTAIN


def error(**facts: object) -> DeliveryError:
    return DeliveryError(HERE, "no", **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("trouble", "nonced", "failures", "expected"),
    [
        (error(permanent=True), True, 0, Refused("no")),
        (error(retry_after=7 * MINUTE), False, 2, Retry(at=NOON + 7 * MINUTE, reason="no")),
        (error(), True, 0, Retry(at=NOON + MINUTE, reason="no", failed=True)),
        (error(), True, 1, Retry(at=NOON + 5 * MINUTE, reason="no", failed=True)),
        (error(), True, 2, Ended(FAILED, "no (tried 3 times)")),
        (error(ambiguous=True), False, 0, Ended(UNCERTAIN, "no")),
        (error(ambiguous=True), True, 0, Retry(at=NOON + MINUTE / 12, reason="no", failed=True, sent=True)),
        (error(ambiguous=True), True, 1, Retry(at=NOON + MINUTE / 2, reason="no", failed=True, sent=True)),
        (error(ambiguous=True), True, 2, Ended(UNCERTAIN, "no")),
        (error(moved_to=THERE), False, 0, Moved(THERE, "no")),
        (error(moved_to=THERE, permanent=True), True, 1, Moved(THERE, "no")),
        (error(moved_to=THERE), True, 2, Ended(FAILED, "no (tried 3 times)")),
        (error(moved_to=HERE), True, 0, Retry(at=NOON + MINUTE, reason="no", failed=True)),
    ],
)
def test_a_failure_decides_what_follows(trouble: DeliveryError, nonced: bool, failures: int, expected: Verdict) -> None:
    assert verdict(trouble, nonced=nonced, failures=failures, now=NOON) == expected


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
