from __future__ import annotations

from collections.abc import Sequence
from datetime import time

import pytest

from bot.domain.i18n import Translatable
from bot.domain.schedule import DEFAULT_AT, EVERY_DAY, WEEKDAYS, WEEKEND, Reading, Schedule, read

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
SAN_FRANCISCO = "America/Los_Angeles"
MON_WED_FRI = frozenset({0, 2, 4})
DAILY = Schedule(at=time(8), zone="UTC", days=EVERY_DAY)


def test_a_wish_in_one_line_is_taken_apart() -> None:
    reading = read("agents -survey at 9:00 Europe/Berlin weekdays top 5")

    assert reading == Reading(at=time(9), zone=BERLIN, days=WEEKDAYS, rest="agents -survey top 5")


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("at 9", time(9)),
        ("at 9:00", time(9)),
        ("9:05", time(9, 5)),
        ("at 09.00", time(9)),
        ("at 0900", time(9)),
        ("9am", time(9)),
        ("9 a.m.", time(9)),
        ("9:30pm", time(21, 30)),
        ("9.30 PM,", time(21, 30)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("at noon", time(12)),
        ("midnight", time(0)),
        ("at 21h", time(21)),
        ("21h30", time(21, 30)),
        ("9 o'clock", time(9)),
        ("9 o’clock", time(9)),
        ("9 Uhr", time(9)),
        ("at 9 in the evening", time(21)),
        ("at 7 in the morning", time(7)),
        ("@ 9:30", time(9, 30)),
        ("９：００", time(9)),
        ("at:9", time(9)),
        ("at: 9:00 pm", time(21)),
        ("time:21:15", time(21, 15)),
        ("not before 8:00", time(8)),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, at: time) -> None:
    assert read(typed) == Reading(at=at)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", BERLIN),
        ("europe/berlin", BERLIN),
        ("America/New York", NEW_YORK),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("America/Port-au-Prince", "America/Port-au-Prince"),
        ("Etc/GMT-2", "Etc/GMT-2"),
        ("Etc/GMT+2", "Etc/GMT+2"),
        ("timezone:berlin", BERLIN),
        ("tz: San Francisco", SAN_FRANCISCO),
        ('zone:"new york"', NEW_YORK),
        ("timezone:GB", "Europe/London"),
        ("tz:EST", NEW_YORK),
    ],
)
def test_a_zone_may_stand_by_itself_by_its_full_name_or_as_an_option(typed: str, zone: str) -> None:
    assert read(typed) == Reading(zone=zone)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("daily", EVERY_DAY),
        ("every day", EVERY_DAY),
        ("period:day", EVERY_DAY),
        ("weekdays", WEEKDAYS),
        ("every workday", WEEKDAYS),
        ("mon-fri", WEEKDAYS),
        ("Mon – Fri", WEEKDAYS),
        ("from Monday to Friday", WEEKDAYS),
        ("daily mon-fri", WEEKDAYS),
        ("weekends", WEEKEND),
        ("on the weekend", WEEKEND),
        ("mon wed fri", MON_WED_FRI),
        ("mon,wed,fri", MON_WED_FRI),
        ("mon, wed and fri", MON_WED_FRI),
        ("mon/wed/fri", MON_WED_FRI),
        ("on mondays, wednesdays & fridays", MON_WED_FRI),
        ("fri-mon", frozenset({4, 5, 6, 0})),
        ("weekdays and sat", WEEKDAYS | {5}),
        ("thu to weekends", frozenset({3, 5, 6})),
        ("monday", frozenset({0})),
        ("every friday", frozenset({4})),
        ("every sun", frozenset({6})),
        ("weekly", frozenset({0})),
        ("once a week on thurs", frozenset({3})),
        ("period:week days:sun", frozenset({6})),
        ("days:weekdays", WEEKDAYS),
        ("days: mon wed fri", MON_WED_FRI),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, days: frozenset[int]) -> None:
    assert read(typed) == Reading(days=days)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("monthly", 1),
        ("monthly on the 1st", 1),
        ("monthly 15th", 15),
        ("monthly on 15", 15),
        ("on the 15th", 15),
        ("3rd of every month", 3),
        ("monthly on the first", 1),
        ("on the last day of the month", 31),
        ("period:month", 1),
        ("days:22nd", 22),
    ],
)
def test_a_day_of_the_month_is_read(typed: str, day: int) -> None:
    assert read(typed) == Reading(month_day=day)


@pytest.mark.parametrize("typed", ["on announce", "When announced", "on announcement", "period:announce"])
def test_on_announce_is_read(typed: str) -> None:
    assert read(typed) == Reading(announced=True)


@pytest.mark.parametrize(
    "typed",
    [
        "top 5 gpt 4",
        "llama 3.10",
        "0900",
        "16:9 video",
        "sun observations",
        "sat solvers",
        "papers on sat solvers",
        "mon",
        "paris climate",
        "agents in paris",
        "phoenix",
        "UTC",
        "may march week day month",
        "papers since monday",
        "hourly weather",
        "looking at transformers at scale",
        "quantization at 4 bits",
        "images at 64 and at 1080",
        "and/or vision/language",
        "the 1st order method",
        "-weekdays -monday",
        '"every day at 9:00" agents',
        "“at noon”",
        "after:2026-03-01 top:5 author:noon",
    ],
)
def test_topics_stay_topics(typed: str) -> None:
    assert read(typed) == Reading(rest=typed)


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("agents at 9 in paris", "agents"),
        ("paris climate at 9", "paris climate"),
        ("at 9 in context learning", "in context learning"),
        ("at 9 in the wild", "in the wild"),
        ("9:00 (Europe/Berlin), agents", "agents"),
        ('weekdays "sun and moon" at 9', '"sun and moon"'),
    ],
)
def test_what_is_left_over_keeps_its_words_in_order(typed: str, rest: str) -> None:
    reading = read(typed)

    assert reading.rest == rest
    assert not reading.complaints


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ("at 25:00", ("25:00", "23:00")),
        ("at 24:00", ("24:00", "00:00")),
        ("13pm", ("13pm", "13:00")),
        ("at:lunch", ("lunch", "09:00")),
        ("Europe/Berln", ("Europe/Berln", "Europe/Berlin")),
        ("timezone:Tokjo", ("Tokjo", "Asia/Tokyo")),
        ("timezone:xyzzy", ("xyzzy", "Europe/Berlin")),
        ("at 9 in Lndon", ("Lndon", "Europe/London")),
        ("at 9 CST", ("CST", "America/Chicago", "Asia/Shanghai")),
        ("at 9 UTC+2", ("UTC+2", "in Berlin", "Etc/GMT-2")),
        ("at 9 GMT +5:30", ("GMT +5:30", "in Berlin")),
        ("on the 32nd", ("32nd", "31st")),
        ("every 2 days", ("every 2 days", "weekdays", "mon thu", "on announce")),
        ("days:never", ("never", "weekdays", "mon thu", "on announce")),
        ("at: days:mon", ("at:", "at:09:00")),
        ("at 9 at 18", ("09:00", "18:00")),
        ("9:00 Berlin Asia/Tokyo", ("Europe/Berlin", "Asia/Tokyo")),
        ("on the 1st on the 15th", ("1", "15")),
        ("daily weekly", ("daily", "weekly", "mon thu")),
        ("monthly on mondays", ("monthly on the 1st", "mondays")),
        ("on announce mondays", ("on announce", "fri at 9:00")),
    ],
)
def test_what_cannot_be_met_is_quoted_with_an_alternative(typed: str, facts: Sequence[str]) -> None:
    (complaint,) = read(typed).complaints

    assert all(fact in complaint for fact in facts)
    assert isinstance(complaint, Translatable)


def test_what_a_complaint_quotes_is_cut() -> None:
    complaint = read("timezone:" + "Europe/" * 100).complaints[0]

    assert "Europe/Europe/" in complaint
    assert len(complaint) < 150


def test_only_what_was_said_changes_a_schedule() -> None:
    schedule = Schedule(at=time(18), zone=BERLIN, days=MON_WED_FRI)

    assert read("agents").over(schedule) == schedule
    assert read("at 7").over(schedule) == Schedule(at=time(7), zone=BERLIN, days=MON_WED_FRI)
    assert read("Asia/Tokyo").over(schedule) == Schedule(at=time(18), zone="Asia/Tokyo", days=MON_WED_FRI)
    assert read("monthly").over(schedule) == Schedule(at=time(18), zone=BERLIN, month_day=1)


def test_an_hour_of_the_day_is_not_carried_over_to_announced_lists_nor_back() -> None:
    announced = read("on announce").over(DAILY)

    assert announced == Schedule(zone="UTC", announced=True)
    assert read("not before 8:00").over(announced) == Schedule(at=time(8), zone="UTC", announced=True)
    assert read("weekdays").over(announced) == Schedule(at=DEFAULT_AT, zone="UTC", days=WEEKDAYS)


def test_a_reading_is_true_where_something_was_said_of_a_schedule() -> None:
    assert read("at midnight")
    assert read("on announce")
    assert not read("agents")


@pytest.mark.parametrize("joint", [" and ", ", ", " or ", " & ", " und "])
@pytest.mark.parametrize("times", [("9", "18"), ("9:00", "18:00"), ("9am", "6pm"), ("8", "20")])
@pytest.mark.parametrize("tail", ["", " in Berlin", " Europe/Berlin", " daily"])
def test_a_second_time_is_no_topic(joint: str, times: tuple[str, str], tail: str) -> None:
    reading = read(f"agents at {times[0]}{joint}{times[1]}{tail}")

    assert (reading.at, reading.rest) == (None, "agents")
    assert any("one time of day" in each for each in reading.complaints)


@pytest.mark.parametrize(
    "typed", ["agents at 9 and 18 transformers", "at 9 and 5 papers on agents", "agents at 9 top 5"]
)
def test_a_number_behind_a_time_may_begin_a_topic(typed: str) -> None:
    reading = read(typed)

    assert reading.at == time(9)
    assert reading.complaints == ()


@pytest.mark.parametrize("period", ["monthly", "on announce", "weekly", "daily"])
@pytest.mark.parametrize("day", ["mon", "tue", "fri", "sat"])
@pytest.mark.parametrize("tail", ["", " in Berlin", " Europe/Berlin", " at 9:00", " top 5"])
def test_a_weekday_behind_a_period_is_no_topic(period: str, day: str, tail: str) -> None:
    reading = read(f"agents {period} {day}{tail}")

    assert reading.rest.split()[0] == "agents"
    assert day not in reading.rest.split()
    assert (reading.days is not None) is (period in ("weekly", "daily"))
    assert bool(reading.complaints) is (period in ("monthly", "on announce"))


@pytest.mark.parametrize("typed", ["monthly sat solvers", "weekly sun spots", "daily mon calendars"])
def test_a_weekday_behind_a_period_may_begin_a_topic(typed: str) -> None:
    assert read(typed).rest == typed.partition(" ")[2]


@pytest.mark.parametrize(("typed", "day"), [("monthly 15", 15), ("monthly 3 at 9:00", 3), ("monthly 1 in Berlin", 1)])
def test_a_bare_number_behind_monthly_is_its_day(typed: str, day: int) -> None:
    reading = read(typed)

    assert (reading.month_day, reading.rest) == (day, "")


def test_a_number_with_a_noun_behind_monthly_is_none() -> None:
    assert read("monthly 3 papers").rest == "3 papers"
