"""What people are told of slots that are spread."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.commands import Commands
from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.domain.spreading import Spreading
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from bot.storage.planner import Plan
from tests.conversation.conftest import Say, talking
from tests.storage.ledger import MINUTE, subscription

#: nine in Berlin on the Monday after the sample
NINE = datetime(2026, 4, 27, 7, tzinfo=UTC)
SPREADING = Spreading({"console": 10})
LINE = "/subscribe agents at 9:00 Europe/Berlin weekdays save"


def speaker(store: Store, now: datetime = sample.AS_OF) -> Say:
    return talking(Commands(build_services(store, spreading=SPREADING), lambda: now))


async def crowd(store: Store, size: int) -> None:
    for number in range(size):
        await store.subscriptions.add(subscription(chat=Chat("console", f"other {number}"), next_at=NINE))


def is_between(reply: str) -> bool:
    return "between 08:50 and 09:20" in reply


@pytest.mark.parametrize(("others", "spread"), [(29, True), (5, False)])
async def test_a_subscription_says_between_which_times_it_comes(sqlite_store: Store, others: int, spread: bool) -> None:
    await crowd(sqlite_store, others)
    say = speaker(sqlite_store)

    assert is_between(str(await say(LINE))) == spread
    for line in ("/subscriptions", "/status", "/subscriptions edit 1 top 3"):
        assert is_between(str(await say(line))) == spread


async def test_a_proposal_says_it_too(sqlite_store: Store) -> None:
    await crowd(sqlite_store, 30)

    assert is_between(str(await speaker(sqlite_store)(LINE.removesuffix(" save"))))


async def test_a_new_time_has_the_window_of_its_own_slot(sqlite_store: Store) -> None:
    await crowd(sqlite_store, 29)
    say = speaker(sqlite_store)
    await say(LINE)

    reply = str(await say("/subscriptions edit 1 at 18:30"))

    assert "between" not in reply
    assert "18:30" in reply


async def test_status_says_when_the_turn_of_a_planned_digest_comes(sqlite_store: Store) -> None:
    await crowd(sqlite_store, 29)
    await speaker(sqlite_store)(LINE)
    now = NINE - 10 * MINUTE
    while await sqlite_store.deliveries.plan(now, Plan(carries=SPREADING.carries)):
        pass
    (mine,) = await sqlite_store.deliveries.of(Chat("console", "terminal"), 9)
    assert mine.state is DeliveryState.PLANNED

    reply = str(await speaker(sqlite_store, now)("/status"))

    at = mine.visible_at.astimezone(UTC)
    assert f":{at:%M}" in reply
    # the next one is tomorrow's, whose slot is as large
    assert "28 Apr" in reply
    assert is_between(reply)
