from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import isfinite
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.models import History, Observation
from bot.trending import Sort, Window, rank
from tests.builders import NOON, TODAY, observation, paper

COUNTS = st.integers(min_value=0, max_value=5000)
HOURS = st.integers(min_value=-200, max_value=48)
LIST_DAYS = st.none() | st.integers(min_value=-8, max_value=2).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def histories(draw: st.DrawFn) -> list[History]:
    ids = draw(st.lists(st.integers(1, 99_999).map(lambda n: f"2604.{n:05}"), unique=True, max_size=8))
    return [draw(_history(id)) for id in ids]


@st.composite
def _history(draw: st.DrawFn, id: str) -> History:
    moments = sorted(draw(st.lists(HOURS.map(lambda hours: NOON + timedelta(hours=hours)), max_size=6)))
    seen = [
        observation(id, votes=draw(COUNTS), seen_at=moment, stars=draw(st.none() | COUNTS), comments=draw(st.none()))
        for moment in moments
    ]
    authors = tuple(f"Author {n}" for n in range(draw(st.integers(0, 40))))
    return History(paper(id, listed_on=draw(LIST_DAYS), authors=authors), tuple(seen))


@given(histories(), st.sampled_from(Window))
def test_the_points_of_the_parts_sum_to_the_score(known: list[History], window: Window) -> None:
    for trend in rank(known, NOON, window=window):
        assert sum(part.points for part in trend.parts) == trend.score
        assert isfinite(trend.score)


@given(histories(), st.sampled_from(Sort), st.sampled_from(Window))
def test_what_is_seen_later_changes_nothing(known: list[History], sort: Sort, window: Window) -> None:
    until_now = [replace(one, observations=tuple(filter(_by_noon, one.observations))) for one in known]

    assert rank(known, NOON, sort, window) == rank(until_now, NOON, sort, window)


def _by_noon(seen: Observation) -> bool:
    return seen.seen_at <= NOON


@given(histories(), st.sampled_from(Sort), st.sampled_from(Window), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_what_is_given(
    known: list[History], sort: Sort, window: Window, chance: Random
) -> None:
    shuffled = [*known]
    chance.shuffle(shuffled)

    assert rank(shuffled, NOON, sort, window) == rank(known, NOON, sort, window)


@given(histories(), st.sampled_from(Sort))
def test_every_paper_is_ranked_once(known: list[History], sort: Sort) -> None:
    assert sorted(trend.paper.id for trend in rank(known, NOON, sort)) == sorted(one.paper.id for one in known)


@given(histories())
def test_no_signal_is_below_zero_but_lost_stars(known: list[History]) -> None:
    for trend in rank(known, NOON):
        signals = trend.signals

        assert min(signals.gained, signals.hours, signals.age_hours, signals.listed_hours) >= 0
        assert 0 <= signals.present_speed <= signals.speed
