"""Why a delivery has its state: the code decides, and what a platform said is a detail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.digests.shortfall import Cause
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.i18n import Translatable
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.messages.deliveries import outcome, reason, state
from bot.messages.mailing import refused
from tests.builders import NOON, TODAY


def delivery(
    code: DeliveryReason, note: str = "", how: DeliveryState = DeliveryState.FAILED, failures: int = 0
) -> Delivery:
    return Delivery(
        id=1,
        subscription_id=1,
        chat=Chat("test", "1"),
        local_date=TODAY,
        due_at=NOON,
        state=how,
        visible_at=NOON + timedelta(minutes=5),
        changed_at=NOON,
        reason=code,
        note=note,
        failures=failures,
    )


@pytest.mark.parametrize("how", DeliveryState)
@pytest.mark.parametrize("code", [code for code in DeliveryReason if code])
def test_every_reason_is_a_translatable_clause(code: DeliveryReason, how: DeliveryState) -> None:
    found = reason(delivery(code, code.value, how))

    assert isinstance(found, Translatable)
    assert found
    assert not found.endswith((f": {code.value}", f" {code.value})"))
    assert isinstance(outcome(delivery(code, "", how)), Translatable)


@pytest.mark.parametrize("code", [DeliveryReason.UNANSWERED, DeliveryReason.REFUSED, DeliveryReason.PLATFORM_WAIT])
def test_what_the_platform_said_is_shown(code: DeliveryReason) -> None:
    assert "code 42" in reason(delivery(code, "code 42"))


@pytest.mark.parametrize("code", [DeliveryReason.MISSED, DeliveryReason.REMOVED, DeliveryReason.RESTORED])
def test_sentences_that_earlier_versions_stored_are_not_shown(code: DeliveryReason) -> None:
    assert "sentence" not in reason(delivery(code, "a sentence that was stored"))


def test_an_empty_day_names_its_cause_and_a_failure_its_attempts() -> None:
    causes = {reason(delivery(DeliveryReason.EMPTY, cause)) for cause in Cause}

    assert len(causes) == len(Cause)
    assert "3" in reason(delivery(DeliveryReason.REFUSED, "no", failures=2))
    assert "ab12" in reason(delivery(DeliveryReason.FAULT, "ab12"))


def test_a_row_without_a_code_shows_its_note() -> None:
    assert reason(delivery(DeliveryReason.NONE, "an old note")) == "an old note"
    assert reason(delivery(DeliveryReason.NONE, "late", DeliveryState.SENT)) == ""
    assert state(delivery(DeliveryReason.NONE)) != state(delivery(DeliveryReason.NONE, how=DeliveryState.SENT))


def test_a_suspended_address_is_refused_with_its_reason_where_it_is_known() -> None:
    hints = {refused("ada@example.org", why)[1] for why in (Pause.BOUNCE, Pause.COMPLAINT, None)}

    assert len(hints) == 3
