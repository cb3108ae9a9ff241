from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedule import EVERY_DAY, WEEKDAYS, Period, Schedule, zone, zone_names

BERLIN = "Europe/Berlin"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def daily(at: str, zone: str = BERLIN) -> Schedule:
    return Schedule(at=time.fromisoformat(at), zone=zone, days=EVERY_DAY)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(moment: datetime | None, zone: str) -> str:
    assert moment is not None
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %z")


@pytest.mark.parametrize(
    ("zone", "day", "at", "comes"),
    [
        (BERLIN, "2026-03-29", "02:30", "2026-03-29 03:30 +0200"),
        (BERLIN, "2026-10-25", "02:30", "2026-10-25 02:30 +0200"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 01:30 -0400"),
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-24 01:00 +0300"),
        ("America/Santiago", "2026-09-06", "00:00", "2026-09-06 01:00 -0300"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-04 02:45 +1100"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-05 01:45 +1100"),
        ("Asia/Kathmandu", "2026-04-24", "09:00", "2026-04-24 09:00 +0545"),
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29 00:30 -0100"),
    ],
)
def test_each_local_day_has_one_occurrence_whatever_its_clocks_do(zone: str, day: str, at: str, comes: str) -> None:
    schedule = daily(at, zone)
    the_day = date.fromisoformat(day)

    moment = schedule.occurrence(the_day)

    assert local(moment, zone) == comes
    assert moment is not None
    assert schedule.next_after(moment - timedelta(seconds=1)) == moment
    assert schedule.next_after(moment) == schedule.occurrence(the_day + DAY)
    assert schedule.local_date(moment) == the_day


def test_a_fold_on_the_only_weekday_fires_once() -> None:
    sundays = Schedule(at=time(2, 30), zone=BERLIN, days=frozenset({6}))
    first = utc("2026-10-25 00:30")

    assert sundays.next_after(utc("2026-10-24 12:00")) == first
    assert sundays.next_after(first) == utc("2026-11-01 01:30")


@pytest.mark.parametrize("at", ["00:00", "09:00", "23:59"])
def test_a_day_that_a_zone_left_out_has_no_occurrence(at: str) -> None:
    apia = daily(at, "Pacific/Apia")
    before, after = apia.occurrence(date(2011, 12, 29)), apia.occurrence(date(2011, 12, 31))

    assert apia.occurrence(date(2011, 12, 30)) is None
    assert before is not None
    assert apia.next_after(before) == after == before + DAY


def test_next_is_strictly_after_and_previous_may_be_now() -> None:
    nine = daily("09:00")
    moment = utc("2026-04-24 07:00")

    assert nine.next_after(moment) == moment + DAY
    assert nine.next_after(moment - timedelta(microseconds=1)) == moment
    assert nine.previous_at_or_before(moment) == moment
    assert nine.previous_at_or_before(moment - timedelta(microseconds=1)) == moment - DAY


def test_a_moment_may_be_told_in_any_zone() -> None:
    moment = datetime(2026, 4, 24, 23, 30, tzinfo=ZoneInfo("America/Los_Angeles"))

    assert daily("09:00").next_after(moment) == utc("2026-04-25 07:00")
    assert daily("09:00").local_date(moment) == date(2026, 4, 25)


def test_weekdays_leave_the_weekend_out() -> None:
    weekdays = Schedule(at=time(9), zone=BERLIN, days=WEEKDAYS)

    assert weekdays.next_after(utc("2026-04-24 07:00")) == utc("2026-04-27 07:00")
    assert weekdays.occurrence(date(2026, 4, 25)) is None


def test_several_weekdays_come_in_turn() -> None:
    schedule = Schedule(at=time(9), zone="UTC", days=frozenset({0, 3}))

    monday = schedule.next_after(utc("2026-04-24 12:00"))
    thursday = schedule.next_after(monday)

    assert (monday, thursday) == (utc("2026-04-27 09:00"), utc("2026-04-30 09:00"))
    assert schedule.previous_at_or_before(thursday - HOUR) == monday


def test_a_month_that_is_too_short_is_served_on_its_last_day() -> None:
    schedule = Schedule(at=time(9), zone="UTC", month_day=31)
    moments = [utc("2026-01-31 09:00")]

    while len(moments) < 5:
        moments.append(schedule.next_after(moments[-1]))

    assert [moment.strftime("%m-%d") for moment in moments] == ["01-31", "02-28", "03-31", "04-30", "05-31"]
    assert Schedule(at=time(9), zone="UTC", month_day=29).occurrence(date(2028, 2, 28)) is None


def test_announced_lists_come_soon_after_their_day_has_ended_in_utc() -> None:
    schedule = Schedule(zone=BERLIN, announced=True)

    thursday = schedule.occurrence(date(2026, 4, 23))

    assert thursday == utc("2026-04-24 00:20")
    assert schedule.local_date(utc("2026-04-24 00:20")) == date(2026, 4, 23)


def test_no_list_is_announced_for_saturday_and_sunday() -> None:
    schedule = Schedule(zone=BERLIN, announced=True)
    friday = utc("2026-04-25 00:20")

    assert schedule.next_after(friday) == utc("2026-04-28 00:20")
    assert schedule.local_date(utc("2026-04-27 12:00")) == date(2026, 4, 24)


@pytest.mark.parametrize(
    ("zone", "at", "comes"),
    [
        (BERLIN, "08:00", "2026-04-24 08:00 +0200"),
        (BERLIN, "01:00", "2026-04-24 02:20 +0200"),
        ("America/Los_Angeles", "08:00", "2026-04-23 17:20 -0700"),
        ("America/Los_Angeles", "18:00", "2026-04-23 18:00 -0700"),
        ("Pacific/Kiritimati", "23:59", "2026-04-24 23:59 +1400"),
    ],
)
def test_an_announced_list_waits_for_the_hour_before_which_nobody_wants_it(zone: str, at: str, comes: str) -> None:
    schedule = Schedule(at=time.fromisoformat(at), zone=zone, announced=True)
    list_day = date(2026, 4, 23)

    moment = schedule.occurrence(list_day)

    assert local(moment, zone) == comes
    assert moment is not None
    assert schedule.local_date(moment) == list_day


def test_a_later_hour_of_the_same_day_has_the_same_key() -> None:
    served, edited = daily("09:00"), daily("18:00")

    assert served.local_date(utc("2026-04-24 07:00")) == edited.local_date(edited.next_after(utc("2026-04-24 12:00")))


@pytest.mark.parametrize(
    ("schedule", "period"),
    [
        (daily("09:00"), Period.DAY),
        (Schedule(at=time(9), zone=BERLIN, days=frozenset(range(5))), Period.WEEKDAYS),
        (Schedule(at=time(9), zone=BERLIN, days=frozenset({0, 2, 4})), Period.WEEK),
        (Schedule(at=time(9), zone=BERLIN, month_day=1), Period.MONTH),
        (Schedule(zone=BERLIN, announced=True), Period.ANNOUNCE),
    ],
)
def test_the_period_follows_from_the_days(schedule: Schedule, period: Period) -> None:
    assert schedule.period is period


@pytest.mark.parametrize(
    "facts",
    [
        {"at": time(9)},
        {"at": time(9), "days": EVERY_DAY, "month_day": 1},
        {"at": time(9), "days": EVERY_DAY, "announced": True},
        {"days": EVERY_DAY},
        {"at": time(9), "days": frozenset({7})},
        {"at": time(9), "month_day": 0},
        {"at": time(9), "month_day": 32},
        {"at": time(9, 0, 1), "days": EVERY_DAY},
        {"at": time(9, tzinfo=UTC), "days": EVERY_DAY},
        {"at": time(9), "days": EVERY_DAY, "zone": "Europe/Berln"},
        {"at": time(9), "days": EVERY_DAY, "zone": "europe/berlin"},
        {"at": time(9), "days": EVERY_DAY, "zone": "EST"},
        {"at": time(9), "days": EVERY_DAY, "zone": "../../etc/passwd"},
        {"at": time(9), "days": EVERY_DAY, "zone": ""},
    ],
)
def test_what_is_no_schedule_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Schedule(**({"zone": BERLIN} | facts))  # type: ignore[arg-type]


def test_zones_come_from_the_package_and_are_read_once() -> None:
    assert zone(BERLIN) is zone(BERLIN)
    assert zone(BERLIN).key == BERLIN
    assert len(zone_names()) > 500
