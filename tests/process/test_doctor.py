"""What `paperboy doctor` and `paperboy deliveries` tell of deliveries that have not come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app.cli.deliveries import line
from bot.app.cli.doctor import deliveries_of_today
from bot.domain.deliveries import DeliveryState
from bot.domain.health import HealthCheck
from bot.domain.papers import DeliveryReason
from bot.storage import Store
from tests.storage.ledger import DAY, DUE, HOUR, claimed, subscription

NOW = DUE + HOUR


async def findings(store: Store, later: timedelta = timedelta(0)) -> list[HealthCheck]:
    return [finding async for finding in deliveries_of_today(store, NOW + later)]


@pytest.fixture
async def ledger(store: Store) -> Store:
    await store.subscriptions.add(subscription())
    return store


async def test_a_day_on_which_everything_came_is_one_line(ledger: Store) -> None:
    (found,) = await findings(ledger)

    assert found.ok


async def test_what_waits_is_told_with_its_reason_and_until_when_it_is_tried(ledger: Store) -> None:
    delivery = await claimed(ledger)
    until = NOW + HOUR / 2
    await ledger.deliveries.reschedule(
        delivery.attempt, until, "Discord asks to wait", NOW, code=DeliveryReason.PLATFORM_WAIT
    )

    summary, found = await findings(ledger)
    (row,) = await ledger.deliveries.find()

    for told in (found.detail, line(row, NOW)):
        assert "Discord asks to wait" in told
        assert f"{until:%H:%MZ}" in told
        assert f"{DUE + 6 * HOUR:%H:%MZ}" in told
    assert (summary.ok, found.ok, found.name) == (True, True, f"delivery {delivery.id}")
    assert f"{until:%H:%MZ}" not in line(row, until)


@pytest.mark.parametrize(
    ("state", "code", "told", "well"),
    [
        (DeliveryState.FAILED, DeliveryReason.REFUSED, 2, False),
        (DeliveryState.UNCERTAIN, DeliveryReason.UNANSWERED, 2, False),
        (DeliveryState.SKIPPED, DeliveryReason.EXPIRED, 2, True),
        # nothing is missing where the chat wanted nothing
        (DeliveryState.SKIPPED, DeliveryReason.EMPTY, 1, True),
    ],
)
async def test_what_did_not_come_is_told_for_a_day(
    ledger: Store, state: DeliveryState, code: DeliveryReason, told: int, well: bool
) -> None:
    delivery = await claimed(ledger)
    await ledger.deliveries.end([delivery.attempt], state, "for a reason", NOW, code=code)

    today, later = await findings(ledger), await findings(ledger, DAY)

    assert (len(today), len(later)) == (told, 1)
    assert {finding.ok for finding in today} == {well}
    assert all("for a reason" in finding.detail for finding in today[1:])
