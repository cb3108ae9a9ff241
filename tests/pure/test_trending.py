from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from time import process_time

import pytest

from bot.models import History
from bot.trending import Measure, Signals, Sort, Window, first_day, horizon_hours, rank
from tests.builders import NOON, TODAY, history, observation, paper

YESTERDAY = TODAY - timedelta(days=1)


def order(*histories: History, sort: Sort = Sort.TRENDING, window: Window = Window.WEEK) -> list[str]:
    return [trend.paper.id for trend in rank(histories, NOON, sort, window)]


def signals(known: History, now: datetime = NOON) -> Signals:
    return rank([known], now)[0].signals


def points(known: History, window: Window = Window.WEEK, now: datetime = NOON) -> dict[Measure, float]:
    return {part.measure: part.points for part in rank([known], now, window=window)[0].parts}


def test_the_faster_of_two_papers_of_a_list_comes_first() -> None:
    slow, fast = history("2604.00001", [50, 60]), history("2604.00002", [10, 100])

    assert order(slow, fast) == ["2604.00002", "2604.00001"]


def test_the_score_is_the_votes_so_far_and_those_that_are_expected_yet() -> None:
    seen_all_day = history(votes=[9, 81], hours_apart=24, listed_on=YESTERDAY)

    assert points(seen_all_day) == {Measure.VOTES: 81, Measure.EXPECTED: 24}


def test_a_paper_that_gains_overtakes_one_that_rests_on_its_votes() -> None:
    resting = history("2604.00002", [99, 100], hours_apart=24, listed_on=YESTERDAY)
    rising = history("2604.00001", [10, 90], hours_apart=24, listed_on=YESTERDAY)

    assert order(resting, rising) == ["2604.00001", "2604.00002"]


def test_nothing_but_votes_and_their_moments_matters() -> None:
    plain = history("2604.00001", [9, 40], title="A title", authors=("Ada",))
    decorated = history(
        "2604.00001",
        [9, 40],
        title="T",
        authors=("Ada",) * 60,
        organization="Big Lab",
        code_url="https://github.com/a/b",
    )

    assert points(plain) == points(decorated)


@pytest.mark.parametrize(
    ("age_hours", "hours"), [(0, 0), (6, 4), (24, 8), (96, 8)], ids=["unborn", "six hours", "a day", "four days"]
)
def test_a_speed_is_expected_to_last_eight_hours_and_less_for_a_paper_younger_than_a_day(
    age_hours: float, hours: float
) -> None:
    assert horizon_hours(age_hours) == hours


def test_speed_looks_back_over_eight_hours_however_often_a_paper_was_seen() -> None:
    often = history(votes=[*range(100, 149)], hours_apart=0.5)

    assert signals(often).gained == 16
    assert signals(often).hours == 8


def test_speed_of_a_paper_that_was_seen_once_is_measured_from_the_beginning_of_its_list_day() -> None:
    once = history(votes=[36])

    assert signals(once).gained == 36
    assert signals(once).hours == 12
    assert signals(once).speed == 72


def test_votes_within_minutes_are_measured_as_if_they_had_taken_eight_hours() -> None:
    born = History(paper(), (observation(votes=3, seen_at=NOON.replace(hour=0, minute=10)),))

    assert signals(born).speed == 9


def test_votes_that_a_paper_had_before_it_was_listed_again_are_not_its_speed() -> None:
    again = history(votes=[500, 506], hours_apart=24)

    assert signals(again).gained == 6


def test_votes_that_were_taken_back_make_no_speed_below_zero() -> None:
    falling = history(votes=[40, 30], hours_apart=12)

    assert signals(falling).gained == 0
    assert points(falling)[Measure.EXPECTED] == 0


def test_the_growth_of_stars_is_known_where_stars_were_told_at_both_ends() -> None:
    then, now = NOON - timedelta(hours=10), NOON
    grown = History(paper(), (observation(stars=900, seen_at=then), observation(stars=1200, seen_at=now)))
    half_told = History(paper(), (observation(seen_at=then), observation(stars=1200, seen_at=now)))

    assert signals(grown).stars_gained == 300
    assert signals(half_told).stars_gained is None


def test_stars_and_comments_are_the_newest_that_were_told() -> None:
    told = observation(stars=7, comments=2, seen_at=NOON - timedelta(hours=1))

    seen = signals(History(paper(), (told, observation())))

    assert (seen.stars, seen.comments) == (7, 2)


def test_a_paper_is_judged_at_the_age_at_which_it_was_last_seen() -> None:
    seen_at_noon = history(listed_on=TODAY)

    assert signals(seen_at_noon, NOON + timedelta(days=2)).age_hours == 12


def test_a_paper_that_nobody_looked_at_for_days_slows_down_all_the_same() -> None:
    seen_at_noon = history(listed_on=TODAY)

    assert signals(seen_at_noon, NOON + timedelta(days=5)).present_speed < signals(seen_at_noon).present_speed / 3


def test_a_paper_that_nobody_has_seen_comes_last_and_has_a_score_all_the_same() -> None:
    unseen = History(paper("2604.00009"))
    later = History(paper("2604.00008"), (observation("2604.00008", votes=900, seen_at=NOON + timedelta(minutes=1)),))

    trends = rank([unseen, later, history("2604.00001", [2])], NOON)

    assert [trend.paper.id for trend in trends] == ["2604.00001", "2604.00009", "2604.00008"]
    assert trends[2].signals == trends[1].signals
    assert trends[2].signals.seen_at is None


def test_a_list_date_in_the_future_makes_a_paper_new_and_nothing_worse() -> None:
    tomorrow = history(votes=[8], listed_on=TODAY + timedelta(days=1))

    assert signals(tomorrow).age_hours == 0
    assert signals(tomorrow).speed == 0


@pytest.mark.parametrize("known", [history(listed_on=None), history(listed_on=None, published_at=NOON)])
def test_a_paper_that_is_on_no_list_can_be_ranked(known: History) -> None:
    assert signals(known).age_hours == 0


def test_of_two_observations_of_one_moment_the_later_told_counts() -> None:
    assert signals(history(votes=[5, 6], hours_apart=0)).votes == 6


def test_votes_sorts_by_votes() -> None:
    most, fastest = history("2604.00001", [200, 201]), history("2604.00002", [1, 90])

    assert order(most, fastest, sort=Sort.VOTES) == ["2604.00001", "2604.00002"]


def test_rising_sorts_by_the_speed_that_is_to_be_expected_now() -> None:
    top = history("2604.00001", [600, 660], hours_apart=12, listed_on=YESTERDAY)
    younger = history("2604.00002", [0, 50], hours_apart=12)

    assert order(younger, top, sort=Sort.RISING) == ["2604.00002", "2604.00001"]
    assert order(younger, top, sort=Sort.TRENDING) == ["2604.00001", "2604.00002"]


def test_of_two_equally_fast_papers_the_younger_is_rising() -> None:
    older = history("2604.00002", [10, 40], hours_apart=11, listed_on=YESTERDAY)
    younger = history("2604.00001", [10, 40], hours_apart=11)

    assert order(older, younger, sort=Sort.RISING) == ["2604.00001", "2604.00002"]


def test_new_sorts_by_list_day_and_within_a_list_by_votes() -> None:
    old = history("2604.00001", [900], listed_on=YESTERDAY)
    few, many = history("2604.00002", [3]), history("2604.00003", [8])
    nowhere = history("2604.00004", [999], listed_on=None)

    assert order(old, few, nowhere, many, sort=Sort.NEW) == ["2604.00003", "2604.00002", "2604.00001", "2604.00004"]


@pytest.mark.parametrize("sort", Sort)
def test_equals_stand_in_the_order_of_their_ids_the_newest_first(sort: Sort) -> None:
    ids = ["2604.00002", "cs/0112017", "2604.00010", "0704.0001"]

    assert order(*(history(id) for id in ids), sort=sort) == ["2604.00010", "2604.00002", "0704.0001", "cs/0112017"]


def test_a_month_tells_what_it_brought_and_not_what_is_expected() -> None:
    gathered = history("2604.00001", [98, 100], hours_apart=24, listed_on=TODAY - timedelta(days=20))
    born_today = history("2604.00002", [90])

    assert order(gathered, born_today, window=Window.WEEK) == ["2604.00002", "2604.00001"]
    assert order(gathered, born_today, window=Window.MONTH) == ["2604.00001", "2604.00002"]
    assert points(gathered, Window.MONTH) == {Measure.VOTES: 100}


@pytest.mark.parametrize(
    ("today", "first"),
    [
        pytest.param(date(2026, 4, 23), date(2026, 4, 22), id="the day before"),
        pytest.param(date(2026, 4, 27), date(2026, 4, 24), id="over a weekend"),
        pytest.param(date(2026, 4, 26), date(2026, 4, 24), id="on a Sunday"),
    ],
)
def test_a_day_reaches_back_to_the_last_list_before_todays(today: date, first: date) -> None:
    list_days = [date(2026, 4, 22), date(2026, 4, 23), date(2026, 4, 24), date(2026, 4, 27)]

    assert first_day(Window.DAY, today, list_days) == first


def test_a_day_is_yesterday_and_today_where_no_list_is_known() -> None:
    assert first_day(Window.DAY, TODAY, []) == YESTERDAY


def test_a_week_has_seven_days_and_a_month_thirty() -> None:
    assert first_day(Window.WEEK, date(2026, 4, 30), []) == date(2026, 4, 24)
    assert first_day(Window.MONTH, date(2026, 4, 30), []) == date(2026, 4, 1)


def test_a_week_ends_with_the_newest_list() -> None:
    friday = date(2026, 4, 24)

    assert first_day(Window.WEEK, date(2026, 4, 27), [friday]) == date(2026, 4, 18)
    assert first_day(Window.MONTH, date(2026, 4, 27), [friday]) == date(2026, 3, 26)


def test_a_thousand_papers_seen_two_hundred_times_are_ranked_while_nobody_waits() -> None:
    many = [history(f"2604.{n:05}", [*range(n, n + 200)], hours_apart=0.5, authors=("Ada", "Max")) for n in range(1000)]

    began = process_time()
    trends = rank(many, NOON)

    assert process_time() - began < 4  # 0.04 s alone; the rest is for coverage and a busy machine
    assert len(trends) == 1000


def test_a_ranking_does_not_change_what_it_is_given() -> None:
    known = history(votes=[1, 2, 3])
    copy = replace(known)

    rank([known], NOON)

    assert known == copy
