"""arXiv's calendar: days with a list, the moment from which it is there, and schedules that follow it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import Announcer, Schedule
from bot.domain.schedule.announcements import ARXIV, HOLIDAYS, AnnounceCalendar
from bot.query.subscriptions.parser import read
from bot.services.subscriptions import blank
from tests.builders import NOON
from tests.storage.ledger import HERE

EASTERN = ZoneInfo("America/New_York")
DAY = timedelta(days=1)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2026, 1, 2), datetime(2028, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - aware by `timezones`


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2026, 8, 12), datetime(2026, 8, 12, 4, 5, tzinfo=UTC)),
        (date(2026, 1, 14), datetime(2026, 1, 14, 5, 5, tzinfo=UTC)),
        # the clocks change on Sunday
        (date(2026, 3, 6), datetime(2026, 3, 6, 5, 5, tzinfo=UTC)),
        (date(2026, 3, 9), datetime(2026, 3, 9, 4, 5, tzinfo=UTC)),
        (date(2026, 10, 30), datetime(2026, 10, 30, 4, 5, tzinfo=UTC)),
        (date(2026, 11, 2), datetime(2026, 11, 2, 5, 5, tzinfo=UTC)),
    ],
)
def test_a_list_is_there_five_minutes_after_the_eastern_midnight(day: date, opens: datetime) -> None:
    assert ARXIV.opens(day) == opens


@pytest.mark.parametrize(
    ("day", "has_list", "may_be_empty"),
    [
        (date(2026, 8, 14), True, False),
        (date(2026, 8, 15), False, True),
        (date(2026, 8, 16), False, True),
        (date(2026, 8, 17), True, False),
        # Thanksgiving: nothing is announced in the evening
        (date(2026, 11, 26), True, True),
        (date(2026, 11, 27), False, True),
        (date(2026, 11, 30), True, False),
        # a holiday on a Friday may defer the list of Monday
        (date(2026, 7, 3), True, True),
        (date(2026, 7, 6), True, True),
        (date(2026, 7, 7), True, False),
    ],
)
def test_weekends_and_the_days_around_a_holiday_are_normal_without_a_list(
    day: date, has_list: bool, may_be_empty: bool
) -> None:
    assert (ARXIV.lists_on(day), ARXIV.may_be_empty(day)) == (has_list, may_be_empty)


def test_holidays_of_other_years_are_added() -> None:
    monday = date(2027, 1, 18)

    assert not ARXIV.may_be_empty(monday)
    assert AnnounceCalendar((monday,)).may_be_empty(monday)
    assert not AnnounceCalendar((monday,)).lists_on(monday + DAY)
    assert all(day.year == 2026 for day in HOLIDAYS)


@given(moments)
def test_the_newest_list_is_there_and_the_next_one_is_not(now: datetime) -> None:
    newest = ARXIV.newest(now)

    assert newest.weekday() < 5
    assert ARXIV.opens(newest) <= now < ARXIV.opens(ARXIV.following(newest))
    assert ARXIV.today(now) == (now - timedelta(minutes=5)).astimezone(EASTERN).date()


@given(days)
def test_a_list_follows_the_announcement_of_the_evening_before(day: date) -> None:
    announced = datetime.combine(day - DAY, time(20), EASTERN)

    assert timedelta(hours=4) <= ARXIV.opens(day) - announced <= timedelta(hours=4, minutes=5)
    # Sunday to Thursday
    assert not ARXIV.lists_on(day) or announced.weekday() in (6, 0, 1, 2, 3)


@given(moments, st.sampled_from((None, time(9), time(23, 30))), st.sampled_from(("UTC", "Asia/Tokyo", "Europe/Berlin")))
def test_a_schedule_follows_arxiv_once_for_each_list(now: datetime, at: time | None, zone: str) -> None:
    schedule = Schedule(at=at, zone=zone, announced=True, announcer=Announcer.ARXIV)

    due = schedule.next_after(now)
    day = schedule.local_date(due)

    assert ARXIV.lists_on(day)
    assert due >= ARXIV.opens(day) + timedelta(minutes=20)
    assert due - ARXIV.opens(day) <= DAY + timedelta(minutes=20)
    assert schedule.occurrence(day) == due
    following = schedule.local_date(schedule.next_after(due))
    assert not any(ARXIV.lists_on(day + DAY * more) for more in range(1, (following - day).days))


@pytest.mark.parametrize(
    ("words", "announcer"),
    [
        ("cat:hep-th on announce", Announcer.ARXIV),
        ("cat:hep-th OR cat:gr-qc on announce", Announcer.ARXIV),
        ("agents on announce", Announcer.DAILY),
        ("-cat:hep-th agents on announce", Announcer.DAILY),
        ("cat:cmp-lg on announce", Announcer.DAILY),
        ("cat:hep-th at 9:00", Announcer.DAILY),
    ],
)
def test_the_query_decides_whose_lists_a_subscription_waits_for(words: str, announcer: Announcer) -> None:
    made = read(f"{words} in Europe/Berlin", NOON).over(blank(HERE, "Europe/Berlin", NOON))

    assert made.schedule.announcer is announcer
    # changing the query changes whose lists count, and changing it back too
    assert read("agents", NOON).over(made).schedule.announcer is Announcer.DAILY
    assert read("agents", NOON).over(made).schedule.announced is made.schedule.announced
