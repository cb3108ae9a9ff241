"""Star velocity and discussion: pure functions over what was stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.domain.repositories import RepositoryStars, RepositoryState, StarDay
from bot.domain.stories import Story
from bot.domain.trending import (
    Measure,
    StarVelocity,
    discussion,
    star_velocity,
    unscored,
)
from tests.builders import NOON, TODAY, paper

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def repository(counts: Sequence[int], *, older_days: int | None = None, **facts: Any) -> RepositoryStars:
    """A repository whose stars of the last days are `counts`, today's last; it is older than these by so many days."""
    first = TODAY - DAY * (len(counts) - 1)
    began = {} if older_days is None else {"first_day": first - DAY * older_days}
    days = tuple(StarDay(first + age * DAY, count) for age, count in enumerate(counts))
    told: dict[str, Any] = {"repository": "lab/code", "asked_at": NOON, "days": days} | began | facts
    return RepositoryStars(**told)


def published(days_ago: int) -> Paper:
    return paper(published_at=datetime.combine(TODAY - days_ago * DAY, time(), UTC))


def velocity(counts: Sequence[int], *, older_days: int | None = 0, days_ago: int = 5) -> StarVelocity:
    found = star_velocity(repository(counts, older_days=older_days), published(days_ago), NOON)
    assert found
    return found


def test_the_rate_is_the_mean_of_the_last_seven_complete_days() -> None:
    found = velocity([1] * 40 + [8] * 7 + [500])

    assert (found.per_day, found.usual) == (8, 1)


def test_a_repository_that_always_gets_as_many_stars_has_no_excess() -> None:
    assert velocity([100] * 60).excess == 0


def test_a_single_day_in_the_past_does_not_change_what_is_usual() -> None:
    assert velocity([2] * 30 + [5000] + [2] * 20 + [4]).usual == 2


def test_a_repository_that_loses_interest_is_not_punished() -> None:
    assert velocity([100] * 40 + [1] * 8).excess == 0


def test_a_new_repository_is_measured_from_its_first_complete_day() -> None:
    found = velocity([30, 50, 5])

    assert (found.per_day, found.usual, found.weight, found.excess) == (40, 0, 1, 40)


def test_on_its_first_day_a_repository_has_the_stars_so_far() -> None:
    assert velocity([12]).per_day == 12


@pytest.mark.parametrize(
    ("older_days", "weight"),
    [(0, 1.0), (40, 1.0), (95 - 51 + 1, 95 / 96), (2 * 95 - 51, 0.5), (5 * 365, 95 / (5 * 365 + 51))],
)
def test_a_repository_older_than_the_paper_and_ninety_days_counts_in_proportion(older_days: int, weight: float) -> None:
    # 52 days of stars: the first of them was 51 days ago; the paper is five days old
    assert velocity([0] * 44 + [9] * 7 + [0], older_days=older_days).weight == pytest.approx(weight)


def test_a_big_old_project_weighs_little_even_when_it_rises() -> None:
    own = velocity([0] * 44 + [9] * 7 + [0])
    foreign = velocity([60] * 44 + [75] * 7 + [0], older_days=5 * 365)

    assert foreign.per_day > own.per_day
    assert foreign.excess < own.excess


def test_a_paper_without_dates_is_as_young_as_can_be() -> None:
    undated = Paper(id="2604.00001", title="A paper")

    assert star_velocity(repository([9] * 8, older_days=200), undated, NOON) is not None


@pytest.mark.parametrize("facts", [{"state": RepositoryState.MISSING}, {"state": RepositoryState.FAILED}, {"days": ()}])
def test_nothing_known_is_no_velocity(facts: dict[str, Any]) -> None:
    assert star_velocity(repository([9] * 8, **facts), published(5), NOON) is None


def test_days_after_the_moment_are_not_seen() -> None:
    stars = repository([1] * 40 + [50] * 8)

    before = star_velocity(stars, published(60), NOON - 8 * DAY)

    assert before is not None
    assert before.per_day == 1


def test_an_old_answer_is_measured_up_to_the_day_on_which_it_was_given() -> None:
    stars = repository([1] * 40 + [50] * 8)

    later = star_velocity(stars, published(60), NOON + 100 * DAY)

    assert later is not None
    assert later.per_day == 50


@given(
    counts=st.lists(st.integers(0, 10_000), min_size=1, max_size=70),
    older_days=st.none() | st.integers(0, 4000),
    days_ago=st.integers(0, 4000),
    ahead=st.integers(-80, 80),
)
def test_a_velocity_is_finite_not_negative_and_never_more_than_its_best_day(
    counts: list[int], older_days: int | None, days_ago: int, ahead: int
) -> None:
    found = star_velocity(repository(counts, older_days=older_days), published(days_ago), NOON + ahead * DAY)

    if found:
        assert 0 <= found.excess <= found.per_day <= max(counts)
        assert 0 <= found.weight <= 1
        assert 0 <= found.usual <= max(counts)


@given(counts=st.lists(st.integers(0, 100), min_size=9, max_size=60), more=st.integers(1, 50))
def test_more_recent_stars_never_make_a_repository_slower(counts: list[int], more: int) -> None:
    raised = [*counts[:-2], counts[-2] + more, counts[-1]]

    assert velocity(raised).excess >= velocity(counts).excess


def story(points: int, comments: int, age: timedelta = DAY, id: str = "1") -> Story:
    return Story(paper_id="2604.00001", story_id=id, points=points, comments=comments, posted_at=NOON - age)


def test_a_discussion_is_led_by_its_best_story_and_counts_all_of_two_weeks() -> None:
    told = [story(20, 3), story(120, 45, 3 * DAY, "2"), story(300, 1, 15 * DAY, "3")]

    found = discussion(told, NOON)

    assert found
    assert (found.story.story_id, found.stories, found.recent_points, found.recent_comments) == ("3", 3, 140, 48)


@pytest.mark.parametrize(
    ("points", "comments", "noticed"), [(1, 0, False), (4, 0, False), (5, 0, True), (1, 1, True), (0, 0, False)]
)
def test_a_story_that_nobody_noticed_is_no_discussion(points: int, comments: int, noticed: bool) -> None:
    assert (discussion([story(points, comments)], NOON) is not None) is noticed


def test_what_was_posted_later_is_not_known_yet() -> None:
    assert discussion([story(100, 10, -DAY)], NOON) is None
    assert discussion([], NOON) is None


def test_stars_and_discussion_are_parts_without_points() -> None:
    fast = StarVelocity(per_day=12, usual=2, weight=0.5)
    found = discussion([story(100, 10)], NOON)

    parts = unscored(fast, found)

    assert [(part.measure, part.value) for part in parts] == [(Measure.STARS, 5), (Measure.DISCUSSION, 100)]
    assert sum(part.points for part in parts) == 0
    assert unscored(None, None) == ()
