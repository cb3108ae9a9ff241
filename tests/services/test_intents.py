"""How long before its turn the intent of a message is written, and with which others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import StoreError
from bot.domain.requests import Chat
from bot.services.delivery.composer import Composed
from bot.services.delivery.intents import Begun, Intents, Lead
from bot.services.delivery.preparation import Ready
from bot.storage.planner import planned
from tests.storage.ledger import DUE, subscription

MILLISECOND = timedelta(milliseconds=1)


def test_before_anything_was_measured_the_lead_is_55_milliseconds() -> None:
    assert Lead().length == 55 * MILLISECOND


def test_the_lead_follows_what_writes_take_and_is_never_above_200_milliseconds() -> None:
    quick, slow = Lead(), Lead()
    for _ in range(60):
        quick.record(0.002)
        slow.record(5.0)

    assert 2 * MILLISECOND <= quick.length < 4 * MILLISECOND
    assert slow.length == 200 * MILLISECOND


def test_writes_that_vary_need_a_longer_lead_than_steady_ones_of_the_same_mean() -> None:
    steady, varying = Lead(), Lead()
    for number in range(60):
        steady.record(0.02)
        varying.record(0.01 if number % 2 else 0.03)

    assert varying.length > steady.length


def ready(number: int) -> Ready:
    """Return a delivery that may leave."""
    wish = subscription(id=number, chat=Chat("test", str(number)))
    delivery = replace(planned(wish, DUE, DUE, DUE), id=number)
    composed = Composed(page=None, digest_id="d", paper_ids=(), at=DUE)
    return Ready(delivery=delivery, subscription=wish, composed=composed, parts=(), nonces=(), missing=())


class Ledger:
    """Keeps what is written at once, as long as nobody holds it."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.free = asyncio.Event()
        self.refusing = 0

    async def begin(self, some: Sequence[Ready]) -> Begun:
        await self.free.wait()
        if self.refusing:
            self.refusing -= 1
            raise StoreError("no room")
        ids = [each.delivery.id for each in some]
        self.written.append(ids)
        return Begun(ids=frozenset(ids))


async def test_who_comes_while_another_writes_is_written_at_once_with_the_next() -> None:
    ledger = Ledger()
    intents = Intents(ledger.begin, Lead())
    writing = [asyncio.create_task(intents.write(ready(number))) for number in (1, 2, 3)]
    await asyncio.sleep(0.01)
    later = [asyncio.create_task(intents.write(ready(number))) for number in (4, 5)]
    await asyncio.sleep(0.01)
    ledger.free.set()

    assert all(await asyncio.gather(*writing, *later))
    assert ledger.written == [[1, 2, 3], [4, 5]]


async def test_an_intent_whose_delivery_was_given_up_is_not_written_with_the_others() -> None:
    ledger = Ledger()
    intents = Intents(ledger.begin, Lead())
    first = asyncio.create_task(intents.write(ready(1)))
    await asyncio.sleep(0.01)
    given_up, other = (asyncio.create_task(intents.write(ready(number))) for number in (2, 3))
    await asyncio.sleep(0.01)
    given_up.cancel()
    await asyncio.wait({given_up})
    ledger.free.set()

    assert [await first, await other] == [True, True]
    assert ledger.written == [[1], [3]]


async def test_after_a_failed_write_each_of_the_others_tries_for_itself() -> None:
    ledger = Ledger()
    ledger.free.set()
    ledger.refusing = 1
    intents = Intents(ledger.begin, Lead())

    results = await asyncio.gather(*(intents.write(ready(number)) for number in (1, 2, 3)), return_exceptions=True)

    assert isinstance(results[0], StoreError)
    assert results[1:] == [True, True]
    assert ledger.written == [[2, 3]]
