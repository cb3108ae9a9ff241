"""What is in flight at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.services.delivery.in_flight import InFlightLimiter


@given(st.integers(1, 200), st.lists(st.integers(1, 300), max_size=30))
def test_no_more_is_taken_than_the_window_is_wide_and_all_of_it_comes_back(width: int, wishes: list[int]) -> None:
    window, flying = InFlightLimiter(width), 0
    for wanted in wishes:
        taken = window.take(wanted)
        assert 0 <= taken <= wanted
        flying += taken
        assert flying <= width
        if not taken:
            window.release(flying)
            flying = 0
            assert window.take(wanted) == min(wanted, width)
            flying = min(wanted, width)


def test_little_room_is_left_until_it_is_worth_a_transaction() -> None:
    window = InFlightLimiter(100)
    window.take(90)

    assert window.take(20) == 0
    assert window.take(7) == 7
    window.release(40)
    assert window.take(60) == 43


def test_who_waits_is_told_of_room() -> None:
    window = InFlightLimiter(5)
    window.take(5)
    room = window.room

    window.release(1)

    assert room.is_set()
    assert not window.room.is_set()
