"""Turns of answers to people, and what becomes of those that were missed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from bot.answer_turns import wait_for_turn
from bot.models import Chat
from bot.rates import Allowance, Rate
from bot.store.rates import Turn

CHAT = Chat("telegram", "7")
#: a message may leave 0.25 s late
ALLOWANCE = Allowance(per_second=2, taken_per_second=3.5, per_chat_second=1)
PATIENCE = timedelta(seconds=20)


class Budgets:
    """Grants turns as told, and remembers what was drawn."""

    def __init__(self, *turns: Turn) -> None:
        self.turns = list(turns)
        self.drawn: list[tuple[frozenset[str], int]] = []

    async def take_each(
        self,
        wishes: Sequence[Mapping[str, Rate]],
        *,
        patience: timedelta,
        lead: timedelta,
        slots: int,
        answer: bool,
    ) -> list[Turn]:
        assert answer
        assert patience == PATIENCE
        (wish,) = wishes
        self.drawn.append((frozenset(wish), slots))
        return [self.turns.pop(0)]


class SlowClock:
    """Wakes up so many seconds later than it was told to."""

    def __init__(self, *late: float) -> None:
        self.now = 100.0
        self.late = list(late)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + (self.late.pop(0) if self.late else 0.0)
        await asyncio.sleep(0)


def turn(seconds: float, *, granted: bool = True) -> Turn:
    return Turn(timedelta(seconds=seconds), granted)


async def waited(budgets: Budgets, clock: SlowClock, allowance: Allowance = ALLOWANCE) -> bool:
    return await wait_for_turn(budgets, allowance, CHAT, PATIENCE, clock=clock, sleep=clock.sleep)


async def test_a_turn_is_waited_for() -> None:
    clock, budgets = SlowClock(), Budgets(turn(3))

    assert await waited(budgets, clock)
    assert clock.now == pytest.approx(103)
    assert budgets.drawn == [(frozenset({"telegram", "telegram:7 second"}), 1)]


async def test_a_turn_beyond_patience_is_not_waited_for() -> None:
    clock, budgets = SlowClock(), Budgets(turn(30, granted=False))

    assert not await waited(budgets, clock)
    assert clock.now == 100


@pytest.mark.parametrize(("late", "draws"), [(0.2, 1), (0.3, 2)])
async def test_a_turn_that_was_missed_is_left_and_another_is_drawn_from_what_all_share(late: float, draws: int) -> None:
    clock, budgets = SlowClock(late), Budgets(turn(1), turn(1))

    assert await waited(budgets, clock)
    assert len(budgets.drawn) == draws
    assert budgets.drawn[1:] == [(frozenset({"telegram"}), 2)] * (draws - 1)


async def test_whoever_is_always_late_becomes_slow_and_not_reckless() -> None:
    # a second late each time: 0.25 s are allowed, and 0.5 s more for each slot beyond the first
    clock, budgets = SlowClock(1, 1, 1, 1), Budgets(*[turn(1)] * 4)

    assert await waited(budgets, clock)
    assert [slots for _, slots in budgets.drawn] == [1, 2, 4]


async def test_the_end_of_patience_ends_it_as_well_when_a_turn_was_missed() -> None:
    assert not await waited(Budgets(turn(1), turn(30, granted=False)), SlowClock(5))


async def test_where_nothing_is_limited_nothing_is_late() -> None:
    assert await waited(Budgets(turn(0)), SlowClock(60), Allowance())
