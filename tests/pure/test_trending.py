from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from time import process_time

import pytest

from bot.models import History
from bot.trending import Measure, Signals, Sort, Window, first_day, rank
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


def test_of_two_equal_papers_the_one_from_the_younger_list_comes_first() -> None:
    older = history("2604.00002", [10, 40], hours_apart=11, listed_on=YESTERDAY)
    younger = history("2604.00001", [10, 40], hours_apart=11)

    assert order(older, younger) == ["2604.00001", "2604.00002"]


def test_a_paper_earns_ten_points_for_each_doubling_of_its_speed() -> None:
    slow, fast = history(votes=[9, 40], hours_apart=24), history(votes=[9, 72], hours_apart=24)

    assert points(slow)[Measure.SPEED] == 50
    assert points(fast)[Measure.SPEED] == 60


def test_a_paper_at_the_top_of_its_list_loses_nothing_for_its_place_and_the_fourth_twice_the_second() -> None:
    trends = rank([history(f"2604.0000{votes}", [votes]) for votes in (1, 2, 3, 4)], NOON)

    lost = [part.points for trend in trends for part in trend.parts if part.measure is Measure.PLACE]

    assert lost[0] == 0
    assert lost[3] == 2 * lost[1] < 0


def test_stars_count_where_they_are_known_and_are_not_spoken_of_where_they_are_not() -> None:
    without = history()
    with_stars = History(paper(), (observation(stars=300),))

    assert Measure.CODE not in points(without)
    assert points(with_stars)[Measure.CODE] == 5


def test_a_paper_without_authors_is_ranked_as_if_it_had_one() -> None:
    assert points(history(authors=()))[Measure.AUTHORS] == points(history(authors=("Ada",)))[Measure.AUTHORS] == 0


def test_a_title_of_twice_the_words_loses_what_one_of_half_the_words_earns() -> None:
    short, usual, long = (history(title="word " * words) for words in (5, 10, 20))

    assert points(short)[Measure.TITLE] == -points(long)[Measure.TITLE] > 0
    assert points(usual)[Measure.TITLE] == 0


def test_a_consortium_counts_as_sixty_four_authors() -> None:
    many, more = (history(authors=("Ada",) * authors) for authors in (64, 900))

    assert points(many)[Measure.AUTHORS] == points(more)[Measure.AUTHORS] == 30


def test_a_paper_loses_ten_points_in_its_first_day_and_ten_in_the_next_two() -> None:
    midnight = NOON.replace(hour=0)
    ages = [timedelta(days=days) for days in (0, 1, 3)]

    lost = [points(History(paper(), (observation(seen_at=midnight + age),)), now=midnight + age) for age in ages]

    assert [one[Measure.AGE] for one in lost] == [0, -10, -20]


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
    assert points(falling)[Measure.SPEED] == 0


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


def test_a_paper_unseen_for_more_than_three_days_grows_old() -> None:
    seen_at_noon = history(listed_on=TODAY)

    assert signals(seen_at_noon, NOON + timedelta(days=5)).age_hours == 12 + 48


def test_equal_papers_share_a_place_in_their_list() -> None:
    trends = rank([history("2604.00001", [9]), history("2604.00002", [9]), history("2604.00003", [3])], NOON)

    assert [trend.signals.place for trend in trends] == [1, 1, 3]


def test_a_place_is_a_place_in_the_papers_own_list() -> None:
    trends = rank([history("2604.00001", [9]), history("2604.00002", [3], listed_on=YESTERDAY)], NOON)

    assert [(trend.signals.place, trend.signals.list_size) for trend in trends] == [(1, 1), (1, 1)]


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
    assert signals(known).place == 1


def test_of_two_observations_of_one_moment_the_later_told_counts() -> None:
    assert signals(history(votes=[5, 6], hours_apart=0)).votes == 6


def test_votes_sorts_by_votes() -> None:
    most, fastest = history("2604.00001", [200, 201]), history("2604.00002", [1, 90])

    assert order(most, fastest, sort=Sort.VOTES) == ["2604.00001", "2604.00002"]


def test_rising_sorts_by_speed_alone() -> None:
    older = history("2604.00001", [100, 160], hours_apart=12, listed_on=YESTERDAY)
    younger = history("2604.00002", [0, 50], hours_apart=12)

    assert order(younger, older, sort=Sort.RISING) == ["2604.00001", "2604.00002"]
    assert order(younger, older, sort=Sort.TRENDING) == ["2604.00002", "2604.00001"]


def test_new_sorts_by_list_day_and_within_a_list_by_votes() -> None:
    old = history("2604.00001", [900], listed_on=YESTERDAY)
    few, many = history("2604.00002", [3]), history("2604.00003", [8])
    nowhere = history("2604.00004", [999], listed_on=None)

    assert order(old, few, nowhere, many, sort=Sort.NEW) == ["2604.00003", "2604.00002", "2604.00001", "2604.00004"]


@pytest.mark.parametrize("sort", Sort)
def test_equals_stand_in_the_order_of_their_ids_the_newest_first(sort: Sort) -> None:
    ids = ["2604.00002", "cs/0112017", "2604.00010", "0704.0001"]

    assert order(*(history(id) for id in ids), sort=sort) == ["2604.00010", "2604.00002", "0704.0001", "cs/0112017"]


def test_over_a_month_what_was_gathered_outweighs_what_began_this_morning() -> None:
    month_old = history("2604.00001", [398, 400], hours_apart=24, listed_on=TODAY - timedelta(days=20))
    born_today = history("2604.00002", [60])

    assert order(month_old, born_today, window=Window.WEEK) == ["2604.00002", "2604.00001"]
    assert order(month_old, born_today, window=Window.MONTH) == ["2604.00001", "2604.00002"]


def test_over_a_month_speed_decides_between_equals() -> None:
    resting = history("2604.00002", [200, 200], hours_apart=24)
    moving = history("2604.00001", [150, 200], hours_apart=24)

    assert order(resting, moving, window=Window.MONTH) == ["2604.00001", "2604.00002"]


def test_a_month_speaks_of_the_votes_in_all() -> None:
    assert [*points(history(votes=[63]), Window.MONTH)] == [Measure.GATHERED, Measure.SPEED]
    assert points(history(votes=[63]), Window.MONTH)[Measure.GATHERED] == 60


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
