from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rate_limits import Allowance, Budget, Rate


def drawn(rate: Rate, moments: list[float], *, answer: bool = False) -> list[float]:
    """When each of the messages that are wanted at these moments may go."""
    budget, open_at = Budget(), []
    for now in moments:
        at = budget.open_at(rate, now, answer=answer)
        budget = budget.drawn(rate, at, answer=answer)
        open_at.append(at)
    return open_at


@given(
    count=st.integers(2, 60),
    burst=st.integers(1, 30),
    gaps=st.lists(st.floats(0, 0.5), min_size=1, max_size=120),
)
def test_no_window_carries_more_than_the_rate(count: int, burst: int, gaps: list[float]) -> None:
    rate = Rate(count=count, seconds=1, burst=min(burst, count))
    moments = [1_000.0 + sum(gaps[:number]) for number in range(len(gaps))]

    opened = drawn(rate, moments)

    assert all(at >= moment for at, moment in zip(opened, moments, strict=True))
    assert all(sum(start <= at < start + 1 - 1e-6 for at in opened) <= count for start in opened)


def test_a_limit_of_fifty_a_second_is_used_to_the_full() -> None:
    opened = drawn(Rate(count=50, seconds=1), [0.0] * 500)

    assert opened[-1] == pytest.approx(499 / 50)


@given(
    allowance=st.sampled_from([Allowance(per_second=48.4, taken_per_second=50), Allowance(per_second=9)]),
    late=st.lists(st.floats(0, 1), min_size=60, max_size=200),
)
def test_messages_that_leave_late_are_no_more_in_a_second_than_the_platform_takes(
    allowance: Allowance, late: list[float]
) -> None:
    opened = drawn(Rate(count=allowance.per_second, seconds=1), [0.0] * len(late))
    left = [at + share * allowance.lateness_seconds for at, share in zip(opened, late, strict=True)]

    taken = allowance.taken_per_second or allowance.per_second + 1
    assert all(sum(start <= at < start + 1 - 1e-6 for at in left) <= taken for start in left)


def test_where_there_is_no_limit_nothing_is_late() -> None:
    assert Allowance().lateness_seconds == math.inf
    assert Allowance(per_second=50, taken_per_second=50).lateness_seconds == 0


def test_what_was_saved_up_may_go_at_once_up_to_the_burst() -> None:
    opened = drawn(Rate(count=20, seconds=60, burst=10), [0.0] * 12)

    assert opened[:10] == [0.0] * 10
    assert opened[10] > 5


def test_an_answer_waits_for_other_answers_and_never_for_digests() -> None:
    rate, budget = Rate(count=10, seconds=1), Budget()
    for _ in range(50):
        budget = budget.drawn(rate, budget.open_at(rate, 0.0, answer=False), answer=False)

    at = budget.open_at(rate, 0.0, answer=True)
    after = budget.drawn(rate, at, answer=True)

    assert at == 0
    assert budget.open_at(rate, 0.0, answer=False) == pytest.approx(5)
    assert after.open_at(rate, 0.0, answer=True) == pytest.approx(0.1)
    assert after.open_at(rate, 0.0, answer=False) > budget.open_at(rate, 0.0, answer=False)


def test_a_clock_that_was_set_back_an_hour_stops_nothing_for_an_hour() -> None:
    rate = Rate(count=10, seconds=1)
    budget = Budget().drawn(rate, 7_200.0, answer=False)

    assert budget.open_at(rate, 3_600.0, answer=False) <= 3_600 + 120


def test_every_limit_has_its_own_budget_and_no_limit_has_none() -> None:
    limited = Allowance(per_second=50, per_chat_second=1, per_chat_minute=20)

    assert set(limited.rates("telegram", "telegram:1")) == {"telegram", "telegram:1 second", "telegram:1 minute"}
    assert Allowance().rates("telegram", "telegram:1") == {}
    assert (limited.in_ten_minutes, Allowance().in_ten_minutes) == (30_000, math.inf)
