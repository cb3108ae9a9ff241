"""A worker dies over a message: what another one makes of that, within the nonce's life and after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.pages import Layout
from bot.domain.requests import Chat
from bot.domain.schedule import Schedule
from bot.services.delivery.crash import CrashPoint
from bot.services.delivery.deliverer import Deliverer
from tests.adapters.discord.scene import Scene, scene
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.troubles import Fault
from tests.adapters.discord.world import May
from tests.storage.ledger import subscription

MONTHLY = Schedule(at=time(9), zone="UTC", month_day=1)


class Killed(BaseException):
    """What a test lets a crash point raise in the place of ending the process."""


class Deadly(CrashPoint):
    """Ends the worker at a place, and leaves the rest of the test alive."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place

    def __call__(self, place: str) -> None:
        if place == self._place:
            raise Killed


@pytest.fixture
async def there(local: LocalDiscord, tmp_path: Path) -> AsyncIterator[Scene]:
    """A digest is due, and nobody listens."""
    async with scene(tmp_path, local, heard=False) as set_up:
        chat = Chat("discord", set_up.channel.id)
        await set_up.store.subscriptions.add(subscription(chat=chat, next_at=set_up.now))
        yield set_up


async def die(there: Scene, place: str) -> None:
    worker = Deliverer(there.store, {"discord": there.discord}, owner="dies", crash=Deadly(place))
    with pytest.raises(Killed):
        await worker.round(there.now)


@pytest.mark.parametrize(("later", "requests"), [(timedelta(seconds=95), 2), (timedelta(minutes=10), 1)])
@pytest.mark.parametrize("place", ["send.after", "mark.before"])
async def test_a_message_that_is_there_is_recorded_and_not_posted_again(
    there: Scene, place: str, later: timedelta, requests: int
) -> None:
    await die(there, place)

    await there.deliver(later)

    (message,) = there.local.world.posted(there.channel)
    (delivery,) = await there.ledger()
    assert delivery.state is DeliveryState.SENT
    assert len(there.local.asked("POST", "/messages")) == requests
    assert message.body["enforce_nonce"]


async def test_a_message_that_never_arrived_is_posted_when_reading_back_has_shown_that(there: Scene) -> None:
    there.local.post(there.channel, {"content": "somebody else"})
    await die(there, "send.before")

    await there.deliver(timedelta(minutes=10))

    assert len(there.local.world.posted(there.channel)) == 2
    assert [each.state for each in await there.ledger()] == [DeliveryState.SENT]


async def test_where_the_history_cannot_be_read_a_person_decides(there: Scene) -> None:
    await die(there, "send.after")
    there.channel.may &= ~May.HISTORY

    await there.deliver(timedelta(minutes=10))

    assert [each.state for each in await there.ledger()] == [DeliveryState.UNCERTAIN]
    assert len(there.local.world.posted(there.channel)) == 1


async def test_only_the_part_that_failed_is_sent_again(there: Scene) -> None:
    (wish,) = await there.store.subscriptions.at("discord", [there.channel.id])
    await there.store.subscriptions.change(
        replace(wish, size=25, layout=Layout.FULL, schedule=MONTHLY, next_at=there.now)
    )
    there.local.faults = [Fault(status=500, times=3, skip=1)]

    await there.deliver()
    first = [message.nonce for message in there.local.world.posted(there.channel)]
    await there.deliver(timedelta(seconds=40))

    nonces = [message.nonce for message in there.local.world.posted(there.channel)]
    assert len(first) == 1
    assert nonces[0] == first[0]
    assert len(nonces) == len(set(nonces)) == 3
    assert [each.state for each in await there.ledger()] == [DeliveryState.SENT]


async def test_a_storm_of_errors_leaves_one_message(there: Scene) -> None:
    there.local.faults = [Fault(after=True, status=502, times=1), Fault(status=503, times=4)]

    for _ in range(3):
        await there.deliver(timedelta(seconds=40))

    assert len(there.local.world.posted(there.channel)) == 1
    assert [each.state for each in await there.ledger()] == [DeliveryState.SENT]
