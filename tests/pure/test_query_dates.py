"""The day of every test is Friday, 24 April 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.query import Query, parse, show
from tests.builders import TODAY


def days(typed: str, today: date = TODAY) -> str:
    understood = parse(f"agents {typed}", today)
    assert understood.words == ("agents",), understood
    return show(understood).removeprefix("agents").strip()


@pytest.mark.parametrize(
    ("typed", "first", "end"),
    [
        ("in 2025", "2025-01-01", "2026-01-01"),
        ("2026-03", "2026-03-01", "2026-04-01"),
        ("2026-03-15", "2026-03-15", "2026-03-16"),
        ("15 March 2026", "2026-03-15", "2026-03-16"),
        ("15th of march 2026", "2026-03-15", "2026-03-16"),
        ("March 15, 2026", "2026-03-15", "2026-03-16"),
        ("15.03.2026", "2026-03-15", "2026-03-16"),
        ("03/15/2026", "2026-03-15", "2026-03-16"),
        ("2026-W12", "2026-03-16", "2026-03-23"),
        ("in march", "2026-03-01", "2026-04-01"),
        ("in may", "2025-05-01", "2025-06-01"),
        ("from march", "2026-03-01", "2026-04-01"),
        ("Sept 2025", "2025-09-01", "2025-10-01"),
        ("march of 2025", "2025-03-01", "2025-04-01"),
        ("Q1 2026", "2026-01-01", "2026-04-01"),
        ("2025Q4", "2025-10-01", "2026-01-01"),
        ("in q3", "2025-07-01", "2025-10-01"),
        ("in mid-2025", "2025-05-01", "2025-09-01"),
        ("last week", "2026-04-13", "2026-04-20"),
        ("from last month", "2026-03-01", "2026-04-01"),
        ("in the previous quarter", "2026-01-01", "2026-04-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("yesterday", "2026-04-23", "2026-04-24"),
        ("published in 2025", "2025-01-01", "2026-01-01"),
        ("between 2024 and 2025", "2024-01-01", "2026-01-01"),
        ("from March to May", "2026-03-01", "2026-06-01"),
        ("from November to February", "2025-11-01", "2026-03-01"),
        ("from March to May 2025", "2025-03-01", "2025-06-01"),
        ("in 2020-2023", "2020-01-01", "2024-01-01"),
        ("date:2024", "2024-01-01", "2025-01-01"),
        ('date:"March 15, 2026"', "2026-03-15", "2026-03-16"),
    ],
)
def test_a_period_has_two_ends(typed: str, first: str, end: str) -> None:
    assert days(typed) == f"after:{first} before:{end}"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("since 2024", "2024-01-01"),
        ("since March", "2026-03-01"),
        ("since may", "2025-05-01"),
        ("after march 15", "2026-03-15"),
        ("since the beginning of 2025", "2025-01-01"),
        ("since last month", "2026-03-01"),
        ("from 2024 on", "2024-01-01"),
        ("from 2024 onwards", "2024-01-01"),
        ("from 2024 to now", "2024-01-01"),
        ("since:last month", "2026-03-01"),
        ("after: 2025", "2025-01-01"),
        ("last 3 days", "2026-04-21"),
        ("in the past two weeks", "2026-04-10"),
        ("over the last few months", "2026-01-24"),
        ("past year", "2025-04-24"),
        ("last 48 hours", "2026-04-22"),
        ("since 3 weeks ago", "2026-04-03"),
        ("newer than 3 months", "2026-01-24"),
        ("this week", "2026-04-20"),
        ("this month", "2026-04-01"),
        ("this year", "2026-01-01"),
        ("today", "2026-04-24"),
        ("since monday", "2026-04-20"),
        ("since last friday", "2026-04-17"),
    ],
)
def test_some_periods_go_on(typed: str, first: str) -> None:
    assert days(typed) == f"after:{first}"


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("before June", "2025-06-01"),
        ("before 2024", "2024-01-01"),
        ("until 2024", "2025-01-01"),
        ("up to march 2025", "2025-04-01"),
        ("older than 2 years", "2024-04-24"),
        ("before:2024-06", "2024-06-01"),
        ("until:2024-06", "2024-07-01"),
    ],
)
def test_some_periods_have_only_an_end(typed: str, end: str) -> None:
    assert days(typed) == f"before:{end}"


@pytest.mark.parametrize(
    "typed",
    [
        "before iclr",
        "imagenet 2012",
        "misinformation in 2024 elections",
        "models may fail",
        "march test",
        "after 500 steps",
        "until 2000 iterations",
        "the past and the future",
        "attention last layer",
        "season 2024-25",
        "semeval-2020 task 1",
        "what happened today in physics",
    ],
)
def test_what_only_looks_like_a_date_stays_a_word(typed: str) -> None:
    assert parse(typed, TODAY) == Query(words=tuple(typed.split()))


@pytest.mark.parametrize(
    "typed", ["since 0", "before 9999", "since 12345", "2026-02-30", "since 03/04/2026", "in 1066"]
)
def test_days_that_no_calendar_has_are_ignored_and_said(typed: str) -> None:
    assert parse(f"agents {typed}", TODAY) == Query(words=("agents",), ignored=(typed,))


@pytest.mark.parametrize("today", [date.min, date.max, date(2024, 2, 29)])
def test_any_day_can_be_today(today: date) -> None:
    for typed in ("last 99999999 years", "last month", "since march", "this quarter", "yesterday"):
        understood = parse(typed, today)

        assert parse(show(understood), TODAY) == replace(understood, ignored=())


def test_a_month_that_has_not_come_this_year_is_last_years() -> None:
    assert days("in april", date(2026, 4, 1)) == "after:2026-04-01 before:2026-05-01"
    assert days("in april", date(2026, 3, 31)) == "after:2025-04-01 before:2025-05-01"


def test_the_last_29_february_may_lie_years_back() -> None:
    assert days("since 29 February") == "after:2024-02-29"
