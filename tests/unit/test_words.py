from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messages import words
from tests.builders import NOON, TODAY


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1234, "1.2k"),
        (9949, "9.9k"),
        (9950, "10k"),
        (12345, "12k"),
        (999_600, "1M"),
    ],
)
def test_large_numbers_are_short(number: int, written: str) -> None:
    assert words.count(number) == written


def test_one_vote_is_a_vote_and_two_are_votes() -> None:
    assert [words.votes(n) for n in (0, 1, 2, 1500)] == ["0 votes", "1 vote", "2 votes", "1.5k votes"]


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=6), "6 h ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(minutes=-20), "in 20 min"),
    ],
)
def test_moments_are_told_from_now(length: timedelta, written: str) -> None:
    assert words.ago(NOON - length, NOON) == written


def test_three_authors_are_named_and_more_are_counted() -> None:
    assert words.people(("A", "B", "C")) == "A, B, C"
    assert words.people(("A", "B", "C", "D")) == "A, B, C et al. (4)"


def test_days_are_written_as_people_write_them() -> None:
    assert words.day(TODAY) == "Fri 24 Apr 2026"
    assert words.short_day(TODAY) == "Fri 24 Apr"
