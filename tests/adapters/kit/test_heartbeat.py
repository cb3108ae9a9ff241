from __future__ import annotations

import asyncio
import logging

import pytest

from adapters.kit.heartbeat import Heartbeat
from bot.domain.errors import StoreError
from tests.adapters.kit.clocks import ManualClock, until


class Notes:
    """Signs of life, which fail or stand still as told."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self.failures: list[Exception] = []
        self.held: asyncio.Event | None = None
        self.begun = 0

    async def leave(self, told: str) -> None:
        self.begun += 1
        if self.held is not None:
            await self.held.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.left.append(told)


async def test_signs_are_left_at_intervals() -> None:
    notes, clock = Notes(), ManualClock()
    async with Heartbeat(notes.leave, interval=20, clock=clock) as heartbeat:
        for number, passed in enumerate((0, 1, 18, 1, 19, 1)):
            clock.now += passed
            heartbeat.beat(str(number))
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    assert notes.left == ["0", "3", "5"]


async def test_a_sign_that_takes_long_holds_nothing_up_and_is_not_begun_twice() -> None:
    notes, clock = Notes(), ManualClock()
    notes.held = asyncio.Event()
    async with Heartbeat(notes.leave, interval=20, clock=clock) as heartbeat:
        for _ in range(5):
            heartbeat.beat("well")
            clock.now += 60
            await asyncio.sleep(0)
        begun = notes.begun
        notes.held.set()
        await until(lambda: bool(notes.left))

    assert (begun, notes.left) == (1, ["well"])


async def test_a_sign_that_cannot_be_left_is_logged_and_the_next_one_is(caplog: pytest.LogCaptureFixture) -> None:
    notes, clock = Notes(), ManualClock()
    notes.failures = [StoreError("the disk is full"), OSError("unexpected")]
    with caplog.at_level(logging.WARNING):
        async with Heartbeat(notes.leave, interval=20, clock=clock) as heartbeat:
            for number in range(3):
                heartbeat.beat("well")
                await until(lambda wanted=number: notes.begun > wanted)  # type: ignore[misc]
                await asyncio.sleep(0)
                clock.now += 20

    assert notes.left == ["well"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]


async def test_a_database_that_stands_still_does_not_hold_up_the_end() -> None:
    notes = Notes()
    notes.held = asyncio.Event()
    async with asyncio.timeout(30):
        async with Heartbeat(notes.leave, interval=0.04) as heartbeat:
            heartbeat.beat("well")
            await until(lambda: notes.begun == 1)

    assert notes.left == []
