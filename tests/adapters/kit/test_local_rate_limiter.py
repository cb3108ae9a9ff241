from __future__ import annotations

import pytest

from adapters.kit.local_rate_limiter import LocalRateLimiter
from bot.domain.rate_limits import Allowance
from tests.adapters.kit.clocks import ManualClock

ALLOWANCE = Allowance(per_second=10, per_chat_second=1)


def test_a_chat_waits_for_its_own_turn_and_all_share_the_rest() -> None:
    turns = LocalRateLimiter(ManualClock())

    one = [turns.acquire(ALLOWANCE.rates("telegram", "telegram:7"), 20) for _ in range(3)]
    others = [turns.acquire(ALLOWANCE.rates("telegram", f"telegram:{chat}"), 20) for chat in range(8, 11)]

    assert one == [0, 1, 2]
    assert others == [pytest.approx(2.1 + 0.1 * number) for number in range(3)]


def test_what_would_take_too_long_is_not_drawn() -> None:
    clock = ManualClock()
    turns = LocalRateLimiter(clock)
    limits = ALLOWANCE.rates("telegram", "telegram:7")

    drawn = [turns.acquire(limits, 1.5) for _ in range(4)]
    clock.now += 1

    assert drawn == [0, 1, None, None]
    assert turns.acquire(limits, 1.5) == 1


def test_where_nothing_is_limited_nothing_waits() -> None:
    assert LocalRateLimiter(ManualClock()).acquire({}, 0) == 0


def test_old_budgets_are_forgotten() -> None:
    turns = LocalRateLimiter(ManualClock())
    for chat in range(6_000):
        turns.acquire(Allowance(per_chat_second=1).rates("telegram", f"telegram:{chat}"), 20)

    assert len(turns._budgets) == 5_000
