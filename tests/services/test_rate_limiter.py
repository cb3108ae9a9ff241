"""Turns that are drawn together, and those that were missed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.rate_limits import Allowance
from bot.services.delivery.monotonic_clock import MonotonicClock
from bot.services.delivery.rate_limiter import RateLimiter
from bot.services.delivery.retry_policy import Retry
from bot.storage import Store
from tests.builders import NOON
from tests.services.postbox import Postbox
from tests.storage.ledger import HERE


class Hand:
    """The hand of a clock, which a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def limiter(store: Store, hand: Hand, per_second: float) -> RateLimiter:
    return RateLimiter(
        store=store,
        surface=Postbox(allowance=Allowance(per_second=per_second)),
        monotonic=MonotonicClock(NOON, hand),
        patience=timedelta(minutes=5),
    )


@pytest.mark.parametrize(("per_second", "count"), [(0, 1_000), (1, 1), (10, 1), (20, 2), (100, 10)])
def test_what_is_drawn_at_once_lasts_a_tenth_of_a_second(sqlite_store: Store, per_second: float, count: int) -> None:
    assert limiter(sqlite_store, Hand(), per_second).at_once == count


@pytest.mark.parametrize(("late", "again"), [(0.0, False), (5.0, False), (5.1, True), (15.0, True)])
async def test_a_turn_that_was_missed_by_more_than_half_an_interval_is_left_unused(
    sqlite_store: Store, late: float, again: bool
) -> None:
    hand = Hand()
    turns = limiter(sqlite_store, hand, 0.1)
    hand.seconds = 100 + late

    assert await turns.wait(timedelta(seconds=100)) is None

    assert (turns.last > timedelta(0)) is again


async def test_who_was_late_uses_two_turns(sqlite_store: Store) -> None:
    hand = Hand()
    turns = limiter(sqlite_store, hand, 0.1)
    hand.seconds = 15.0
    await turns.wait(timedelta(0))

    others = limiter(sqlite_store, Hand(), 0.1)
    (next_turn,) = await others.acquire([HERE])

    assert isinstance(next_turn, timedelta)
    assert timedelta(seconds=10) < next_turn <= timedelta(seconds=20.1)


@pytest.mark.parametrize(("patience", "again"), [(60, False), (15, True)])
async def test_who_was_late_and_would_wait_too_long_tries_again_later(
    sqlite_store: Store, patience: int, again: bool
) -> None:
    hand = Hand()
    turns = limiter(sqlite_store, hand, 0.1)
    turns.patience = timedelta(seconds=patience)
    for _ in range(2):
        await turns.acquire([HERE])
    hand.seconds = 30.0
    turn = timedelta(seconds=10)

    waiting = asyncio.create_task(turns.wait(turn))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    waiting.cancel()

    # who does not try again waits for the turn
    assert bool(done) is again
    if again:
        assert isinstance(waiting.result(), Retry)
