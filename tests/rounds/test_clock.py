from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.clock import ticking
from bot.collect import Collector
from bot.errors import StoreError
from bot.models import SourceState
from bot.store import Store
from bot.supervisor import Supervisor
from tests.builders import NOON
from tests.rounds.test_collect import ListsOf

HOUR = timedelta(hours=1)


class Counter:
    """Counts its ticks, each of which takes a while."""

    def __init__(self, takes_seconds: float = 0) -> None:
        self.ticks = 0
        self.at_once = 0
        self.most_at_once = 0
        self.three = asyncio.Event()
        self._takes_seconds = takes_seconds

    async def __call__(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self._takes_seconds)
        self.at_once -= 1
        self.ticks += 1
        if self.ticks == 3:
            self.three.set()


async def test_it_ticks_again_and_again_until_the_context_ends() -> None:
    tick = Counter()

    async with ticking(tick, seconds=0.02), asyncio.timeout(10):
        await tick.three.wait()

    counted = tick.ticks
    await asyncio.sleep(0.1)
    assert tick.ticks == counted


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_slow_tick_is_never_overtaken_by_the_next(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "apscheduler")
    tick = Counter(takes_seconds=0.1)

    async with ticking(tick, seconds=0.02), asyncio.timeout(10):
        await tick.three.wait()

    assert tick.most_at_once == 1


async def test_a_tick_collects_only_when_a_round_is_due(store: Store) -> None:
    source = ListsOf()
    collector = Collector(store, [source])

    await collector.tick(NOON, HOUR)
    asked = len(source.asked)
    await collector.tick(NOON + timedelta(minutes=30), HOUR)

    assert asked == len(source.asked) > 0


class BrokenSources:
    """What is known of the sources cannot be read."""

    async def all(self) -> list[SourceState]:
        raise StoreError("the disk is full")


async def test_a_database_that_fails_is_logged_and_the_clock_goes_on(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_store.sources = BrokenSources()  # type: ignore[assignment]
    supervisor, collector = Supervisor(), Collector(sqlite_store, [ListsOf()])

    failure = await supervisor.attempt("collector", lambda: collector.tick(NOON, HOUR))

    (record,) = caplog.records
    assert failure is not None
    assert (record.getMessage(), getattr(record, "facts", {})) == (
        "loop failed",
        {"loop": "collector", "reference": failure.reference, "reason": "the disk is full", "times": 1},
    )
