from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.digests.composition import Digest
from bot.digests.for_subscription import digest_for
from bot.digests.forecasts import Forecast, ForecastDay, Overlap, overlaps
from bot.domain.observations import History
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, WEEKDAYS, Schedule
from bot.domain.schedule.slots import Slot, next_slot, past_week
from bot.domain.subscriptions import Subscription
from bot.query.subscriptions.spec import fewer, more
from tests.builders import history

BERLIN = "Europe/Berlin"
#: nine o'clock in Berlin
FRIDAY = datetime(2026, 4, 24, 7, tzinfo=UTC)
MONDAY = FRIDAY + timedelta(days=3)
WEEKDAYS_AT_NINE = Schedule(at=time(9), zone=BERLIN, days=WEEKDAYS)
MINE = Subscription(chat=Chat("console", "here"), schedule=WEEKDAYS_AT_NINE, created_at=FRIDAY)
DAYS = [date(2026, 4, day) for day in (27, 26, 25, 24, 23)]


def listed(id: str, day: int, votes: int = 10, **facts: Any) -> History:
    return history(id, [votes], listed_on=date(2026, 4, day), **facts)


def ids(digest: Digest) -> list[str]:
    return [pick.trend.paper.id for pick in digest.picks if not pick.late]


def test_monday_covers_the_weekend() -> None:
    papers = [listed("1", 27), listed("2", 26), listed("3", 25), listed("4", 24), listed("5", 23)]

    digest = digest_for(MINE, papers, DAYS, MONDAY, frozenset())

    assert sorted(ids(digest)) == ["1", "2", "3", "4"]
    assert (digest.first, digest.last) == (date(2026, 4, 24), date(2026, 4, 27))


def test_every_other_day_covers_the_list_before() -> None:
    daily = replace(MINE, schedule=replace(WEEKDAYS_AT_NINE, days=EVERY_DAY))
    papers = [listed("1", 27), listed("2", 26), listed("3", 25)]

    assert sorted(ids(digest_for(daily, papers, DAYS, MONDAY, frozenset()))) == ["1", "2"]


def test_a_week_covers_seven_days() -> None:
    weekly = replace(MINE, schedule=replace(WEEKDAYS_AT_NINE, days=frozenset({0})))
    papers = [listed("1", 27), listed("2", 21), listed("3", 20), listed("4", 19)]

    # that of the Monday before was still filling when the digest before came
    assert sorted(ids(digest_for(weekly, papers, DAYS, MONDAY, frozenset()))) == ["1", "2", "3"]


def test_a_list_that_nobody_has_yet_does_not_hide_the_newest() -> None:
    assert digest_for(MINE, [listed("2", 26)], DAYS[1:], MONDAY, frozenset()).last == date(2026, 4, 26)


def test_too_few_votes_are_too_few() -> None:
    papers = [listed("1", 27, votes=19), listed("2", 27, votes=20)]

    assert ids(digest_for(replace(MINE, threshold=20), papers, DAYS, MONDAY, frozenset())) == ["2"]


def test_what_was_shown_is_not_shown_again() -> None:
    assert ids(digest_for(MINE, [listed("1", 27), listed("2", 27)], DAYS, MONDAY, {"1"})) == ["2"]


def test_words_and_size_are_kept_to() -> None:
    papers = [listed(str(number), 27, title=f"Agents that count to {number}") for number in range(9)]
    mine = replace(MINE, query="agents -survey", size=3)

    assert len(ids(digest_for(mine, [*papers, listed("9", 27)], DAYS, MONDAY, frozenset()))) == 3


def test_the_next_slot_is_not_one_that_was_served() -> None:
    tuesday = MONDAY + timedelta(days=1)

    assert next_slot(WEEKDAYS_AT_NINE, FRIDAY) == MONDAY
    assert next_slot(WEEKDAYS_AT_NINE, FRIDAY, {date(2026, 4, 27)}) == tuesday
    assert next_slot(replace(WEEKDAYS_AT_NINE, at=time(18)), MONDAY, {date(2026, 4, 27)}) == tuesday + timedelta(
        hours=9
    )


def test_the_past_week_ends_with_the_last_day_that_is_through() -> None:
    slots = past_week(WEEKDAYS_AT_NINE, FRIDAY + timedelta(hours=1))

    assert [slot.day.day for slot in slots] == [18, 19, 20, 21, 22, 23, 24]
    assert [bool(slot.moment) for slot in slots] == [False, False, True, True, True, True, True]
    assert past_week(WEEKDAYS_AT_NINE, FRIDAY - timedelta(hours=1))[-1].day.day == 23
    assert slots[-1].moment == FRIDAY


def test_an_announced_list_counts_for_its_own_day() -> None:
    announced = Schedule(zone="Asia/Tokyo", announced=True)

    slots = past_week(announced, datetime(2026, 4, 24, 12, tzinfo=UTC))

    assert slots[-1] == Slot(date(2026, 4, 23), datetime(2026, 4, 24, 0, 20, tzinfo=UTC))


def test_a_month_has_its_last_slot() -> None:
    monthly = Schedule(at=time(9), zone=BERLIN, month_day=1)

    assert past_week(monthly, FRIDAY) == (Slot(date(2026, 4, 1), datetime(2026, 4, 1, 7, tzinfo=UTC)),)


def forecast(*histories: History) -> Forecast:
    digest = digest_for(MINE, histories, DAYS, MONDAY, frozenset())
    return Forecast((ForecastDay(date(2026, 4, 26), None), ForecastDay(date(2026, 4, 27), digest)))


def test_a_forecast_counts_the_days_that_have_a_digest() -> None:
    past = forecast(listed("1", 27), listed("2", 27))

    assert past.counts == (2,)
    assert past.last is past.days[1]
    assert sorted(paper.id for paper in past.papers) == ["1", "2"]


def test_subscriptions_overlap_by_words_or_by_papers() -> None:
    past = forecast(listed("1", 27, title="Agents at work"), listed("2", 27, title="Video at rest"))
    others = [replace(MINE, query=query) for query in ("agents", "video", "zebrafish")]

    found = overlaps(replace(MINE, query="agents"), past, others)

    assert found == (
        Overlap(number=1, same_words=True, shared=1, among=2),
        Overlap(number=2, same_words=False, shared=1, among=2),
    )


def test_fewer_goes_below_what_the_best_day_brought() -> None:
    assert fewer(MINE, [0, 4, 2]) == replace(MINE, size=3)
    assert fewer(MINE, [10, 10]) == replace(MINE, size=5)
    assert fewer(MINE, [0, 0]) == replace(MINE, size=5)
    assert fewer(replace(MINE, size=1), [1]) is None


def test_more_loosens_what_holds_papers_back() -> None:
    assert more(MINE, [10, 3]) == replace(MINE, size=15)
    assert more(replace(MINE, threshold=20), [4]) == replace(MINE, threshold=10)
    assert more(replace(MINE, threshold=1), [4]) == replace(MINE, threshold=0)
    assert more(MINE, [4]) is None
    assert more(replace(MINE, size=25), [25]) is None
