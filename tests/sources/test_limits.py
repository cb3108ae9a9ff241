from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sources.rate_limits import DEFAULT_WAIT, MAX_WAIT, exhausted_until, return_at
from tests.builders import NOON


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ('"api";r=0;t=55', 56),
        ('"api"; t=55; r=0', 56),
        ('"pages";r=3;t=300, "api";r=0;t=10', 11),
        ('"pages";r=0;t=300, "api";r=0;t=10', 301),
        ('"api";r=0;t=0', 1),
    ],
)
def test_an_exhausted_window_ends_when_it_says(header: str, seconds: int) -> None:
    assert exhausted_until({"ratelimit": header}, NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize("header", ["", '"api";r=1;t=55', '"api";r=0', "r=0", '"api";r=no;t=55'])
def test_a_window_that_is_open_or_unclear_asks_for_no_peace(header: str) -> None:
    assert exhausted_until({"ratelimit": header}, NOON) is None


@pytest.mark.parametrize("value", ["soon", "-5", "1.5", "Fri, 99 Apr 2026 12:00:00 GMT"])
def test_a_time_that_cannot_be_read_counts_as_untold(value: str) -> None:
    assert return_at({"retry-after": value}, NOON) == NOON + DEFAULT_WAIT


def test_a_time_that_has_passed_means_at_once() -> None:
    passed = {"retry-after": "Fri, 24 Apr 2026 11:00:00 GMT"}

    assert return_at(passed, NOON) == NOON + timedelta(seconds=1)


def test_nobody_sends_us_away_for_a_year() -> None:
    assert return_at({"retry-after": "999999999999"}, NOON) == NOON + MAX_WAIT


def test_the_window_is_believed_rather_than_the_older_header() -> None:
    both = {"ratelimit": '"api";r=0;t=55', "retry-after": "3600"}

    assert return_at(both, NOON) == NOON + timedelta(seconds=56)
