from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sources.rate_limits import DEFAULT_WAIT, MAX_WAIT, asks_to_wait, exhausted_until, return_at
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


def github(remaining: object, seconds: int) -> dict[str, str]:
    """The headers of GitHub's window, which end at a moment."""
    reset = int(NOON.timestamp()) + seconds
    return {"x-ratelimit-limit": "60", "x-ratelimit-remaining": str(remaining), "x-ratelimit-reset": str(reset)}


@pytest.mark.parametrize(("seconds", "wait"), [(90, 91), (0, 1), (-300, 1)])
def test_a_window_that_ends_at_a_moment_is_read_too(seconds: int, wait: int) -> None:
    assert exhausted_until(github(0, seconds), NOON) == NOON + timedelta(seconds=wait)
    assert return_at(github(0, seconds), NOON) == NOON + timedelta(seconds=wait)


@pytest.mark.parametrize("headers", [github(1, 90), github("", 90), {"x-ratelimit-remaining": "0"}])
def test_a_window_that_is_open_or_without_its_end_asks_for_no_wait(headers: dict[str, str]) -> None:
    assert exhausted_until(headers, NOON) is None


def test_a_second_limit_says_how_long_while_the_window_is_open() -> None:
    assert return_at(github(40, 3000) | {"retry-after": "60"}, NOON) == NOON + timedelta(seconds=61)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, True),
        (403, github(0, 60), True),
        (403, github(10, 60) | {"retry-after": "60"}, True),
        (403, github(10, 60), False),
        (403, {}, False),
        (503, {"retry-after": "60"}, True),
        (503, {}, False),
        (200, github(0, 60), False),
        (404, {"retry-after": "60"}, False),
    ],
)
def test_a_refusal_for_too_many_requests_is_told_by_status_and_headers(
    status: int, headers: dict[str, str], wait: bool
) -> None:
    assert asks_to_wait(status, headers) is wait
