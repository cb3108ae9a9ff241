from __future__ import annotations

import pytest

from adapters.kit.local_turns import LocalTurns
from bot.rates import Allowance
from tests.surfaces.kit.clocks import ManualClock

ALLOWANCE = Allowance(per_second=10, per_chat_second=1)


def test_a_chat_waits_for_its_own_turn_and_all_share_the_rest() -> None:
    turns = LocalTurns(ManualClock())

    one = [turns.draw(ALLOWANCE.rates("telegram", "telegram:7"), 20) for _ in range(3)]
    others = [turns.draw(ALLOWANCE.rates("telegram", f"telegram:{chat}"), 20) for chat in range(8, 11)]

    assert one == [0, 1, 2]
    assert others == [pytest.approx(2.1 + 0.1 * number) for number in range(3)]


def test_what_would_take_too_long_is_not_drawn() -> None:
    clock = ManualClock()
    turns = LocalTurns(clock)
    limits = ALLOWANCE.rates("telegram", "telegram:7")

    drawn = [turns.draw(limits, 1.5) for _ in range(4)]
    clock.now += 1

    assert drawn == [0, 1, None, None]
    assert turns.draw(limits, 1.5) == 1


def test_where_nothing_is_limited_nothing_waits() -> None:
    assert LocalTurns(ManualClock()).draw({}, 0) == 0


def test_old_budgets_are_forgotten() -> None:
    turns = LocalTurns(ManualClock())
    for chat in range(6_000):
        turns.draw(Allowance(per_chat_second=1).rates("telegram", f"telegram:{chat}"), 20)

    assert len(turns._budgets) == 5_000
