"""Windows of slots that are larger than a platform carries in ten minutes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, Schedule
from bot.domain.spreading import LONGEST_LEAD, Spreading

BERLIN = Schedule(at=time(9), zone="Europe/Berlin", days=EVERY_DAY)
DUE = datetime(2026, 4, 24, 7, tzinfo=UTC)
SPREADING = Spreading({"test": 100})
MINUTE = timedelta(minutes=1)


def test_three_times_what_is_carried_takes_half_an_hour_of_which_ten_minutes_are_before() -> None:
    window = SPREADING.window("test", BERLIN, DUE, 300)

    assert window is not None
    assert (window.starts_at, window.ends_at) == (DUE - 10 * MINUTE, DUE + 20 * MINUTE)


@given(st.integers(0, 100))
def test_what_is_carried_is_not_spread(size: int) -> None:
    assert SPREADING.window("test", BERLIN, DUE, size) is None
    assert SPREADING.lead("test", size) == timedelta(0)


@given(st.integers(101, 10**7), st.text(min_size=1, max_size=9), st.text(max_size=9))
def test_every_chat_has_one_position_within_the_window_in_all_threads(size: int, chat: str, thread: str) -> None:
    window = SPREADING.window("test", BERLIN, DUE, size)

    assert window is not None
    at = window.position(Chat("test", chat))
    assert window.starts_at <= at < window.ends_at
    assert window.position(Chat("test", chat, thread)) == at
    assert DUE - window.starts_at <= LONGEST_LEAD
    # no faster than the platform allows
    assert window.ends_at - window.starts_at >= timedelta(minutes=10) * (size / 100) - timedelta(seconds=1)


@given(st.integers(101, 10**5), st.integers(101, 10**5), st.text(max_size=9), st.text(max_size=9))
def test_the_order_of_chats_is_the_same_in_slots_of_every_size(one: int, other: int, first: str, second: str) -> None:
    found = [SPREADING.window("test", BERLIN, DUE + timedelta(days=size % 9), size) for size in (one, other)]

    orders = {
        tuple(sorted({first, second}, key=lambda chat: window.position(Chat("test", chat))))
        for window in found
        if window
    }
    assert len(orders) == 1


def test_no_ten_minutes_have_many_more_chats_than_the_platform_carries() -> None:
    window = SPREADING.window("test", BERLIN, DUE, 600)
    assert window is not None

    tens = Counter((window.position(Chat("test", str(n))) - window.starts_at) // (10 * MINUTE) for n in range(600))

    assert set(tens) == set(range(6))
    assert max(tens.values()) < 140


@pytest.mark.parametrize(("announced", "at"), [(True, time(9)), (False, time(0)), (False, time(0, 5))])
def test_nothing_comes_before_an_announcement_or_on_the_day_before(announced: bool, at: time) -> None:
    schedule = Schedule(at=at, zone="Europe/Berlin", days=frozenset() if announced else EVERY_DAY, announced=announced)
    due_at = schedule.next_after(DUE)

    window = SPREADING.window("test", schedule, due_at, 300)

    assert window is not None
    assert (window.starts_at, window.ends_at) == (due_at, due_at + 30 * MINUTE)


def test_a_surface_without_a_limit_carries_everything() -> None:
    unlimited = Spreading({"test": float("inf")})

    assert unlimited.window("test", BERLIN, DUE, 10**6) is None
    assert SPREADING.window("mail", BERLIN, DUE, 10**6) is None
