"""Places as people write them: cities of all sizes, with their states and countries, and words that are none."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.schedule import find_zone, read, zone, zone_names
from bot.domain.schedule.cities import _rows, find_cities, rivals


@pytest.mark.parametrize(
    ("typed", "zone", "rest"),
    [
        ("rl at 9:00 Ann Arbor daily", "America/Detroit", "rl"),
        ("rl daily 9:00 in Pisa", "Europe/Rome", "rl"),
        ("rl at 9:00 Zhengzhou", "Asia/Shanghai", "rl"),
        ("gui agents 8:30 Ithaca NY", "America/New_York", "gui agents"),
        ("gui agents 8:30 Ithaca, NY", "America/New_York", "gui agents"),
        ("agents 7am Heidelberg please", "Europe/Berlin", "agents please"),
        ("agents weekly on friday 17h Paris", "Europe/Paris", "agents"),
        ("agents 9:00 Paris, Texas", "America/Chicago", "agents"),
        ("agents 9:00 Cambridge MA", "America/New_York", "agents"),
        ("agents 9:00 Cambridge", "Europe/London", "agents"),
        ("agents 9:00 北京", "Asia/Shanghai", "agents"),
        ("same time zone as Kyoto, 9:00, world models", "Asia/Tokyo", "world models"),
        ("agents weekdays in Ghent at 9", "Europe/Brussels", "agents"),
        ("agents 9:00 São Carlos", "America/Sao_Paulo", "agents"),
    ],
)
def test_a_city_behind_a_time_is_where_the_reader_lives(typed: str, zone: str, rest: str) -> None:
    reading = read(typed)

    assert (reading.zone, reading.rest, reading.complaints) == (zone, rest, ())


@pytest.mark.parametrize("typed", ["rl at 9:00 Xyzzyville daily", "agents 9:00 Berln", "llm agents 9am in Qwertz"])
def test_an_unknown_place_is_asked_about_and_is_no_topic(typed: str) -> None:
    reading = read(typed)

    assert reading.zone is None
    assert len(reading.complaints) == 1
    assert reading.rest in ("rl", "agents", "llm agents")


@pytest.mark.parametrize(
    "typed",
    [
        "at 9 reading comprehension",
        "at 9:00 mobile agents",
        "at 9 in context learning",
        "daily nice papers",
        "at 8 best of n",
    ],
)
def test_cities_that_are_words_stay_words_in_a_topic(typed: str) -> None:
    assert read(typed).zone is None


def test_another_city_of_the_same_name_is_offered() -> None:
    reading = read("agents 9:00 Cambridge")

    assert reading.zone == "Europe/London"
    assert [zone for zone, _ in reading.other_zones] == ["America/Toronto", "America/New_York", "Pacific/Auckland"]


def test_every_city_has_a_zone_that_is_known() -> None:
    rows = [row.split("\t") for row in _rows()]

    assert {row[1] for row in rows} <= zone_names()
    assert len({(row[0], row[2]) for row in rows if int(row[4]) >= 15_000}) > 30_000


def test_cities_above_a_million_have_the_clock_that_their_people_have() -> None:
    large = [row for row in (row.split("\t") for row in _rows()) if int(row[4]) >= 1_000_000]
    right = sum(clock(find_zone(name)) == clock(its_zone) for name, its_zone, *_ in large)

    assert right >= 0.98 * len(large)


def clock(name: str | None) -> list[timedelta | None]:
    """The offsets of a zone from UTC in January and in July; empty for no zone."""
    moments = [datetime(2026, month, 15, 12, tzinfo=UTC) for month in (1, 7)]
    return [moment.astimezone(zone(name)).utcoffset() for moment in moments] if name else []


def test_the_largest_comes_first() -> None:
    assert rivals(find_cities("London"))[0].country == "GB"
    assert [city.zone for city in rivals(find_cities("London"))] == ["Europe/London"]


@pytest.mark.parametrize(
    "typed",
    [
        "agents every second tuesday 10:00 Berlin",
        "agents twice a week 9:00 Berlin",
        "agents first monday of the month 9:00 Berlin",
        "agents every hour",
        "agents biweekly monday 10:00 Berlin",
        "agents biweekly",
    ],
)
def test_what_no_schedule_can_be_is_said(typed: str) -> None:
    reading = read(typed)

    assert reading.complaints
    assert reading.rest.split()[0] == "agents"


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("jeden Montag um 9 Uhr Berlin", {0}),
        ("chaque mardi à 9h Paris", {1}),
        ("cada jueves a las 9 Madrid", {3}),
        ("täglich um 9 Uhr Berlin", set(range(7))),
    ],
)
def test_days_in_german_french_and_spanish(typed: str, days: set[int]) -> None:
    assert read(typed).days == frozenset(days)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("daily except sunday", {0, 1, 2, 3, 4, 5}),
        ("every day but not on weekends", {0, 1, 2, 3, 4}),
        ("weekdays excluding wed", {0, 1, 3, 4}),
        ("robots 9:00 Oslo not on fri and sat", {0, 1, 2, 3, 6}),
    ],
)
def test_days_may_be_left_out(typed: str, days: set[int]) -> None:
    assert read(typed).days == frozenset(days)


def test_no_day_may_be_left() -> None:
    assert read("weekends except sat and sun").complaints


@pytest.mark.parametrize("topic", ["agents", "chat", "papers", "summary", "robots"])
@pytest.mark.parametrize(
    "behind", ["9:00 Quarxburg", "daily 8am Floopsville please", "at 17h in Middleton-Under-Nowhere"]
)
def test_an_unknown_place_is_asked_about_behind_any_topic(topic: str, behind: str) -> None:
    reading = read(f"{topic} {behind}")
    assert reading.complaints
    assert reading.rest.removesuffix(" please") == topic


def test_a_list_that_is_out_is_an_announcement() -> None:
    assert read("as soon as the list is out, agents, Berlin").announced


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("daily 9.30", time(9, 30)),
        ("robots 0900 Berlin", time(9)),
        ("17h Paris", time(17)),
        ("robots 9ish Berlin", time(9)),
        ("after lunch, Prague", time(13)),
        ("robots at half six in Oslo", time(6, 30)),
        ("robots 20 past 8 Oslo", time(8, 20)),
        ("robots at 7 sharp Oslo", time(7)),
        ("robots 1930 hours Oslo", time(19, 30)),
        ("robots at 8 o clock Oslo", time(8)),
        ("robots 4-ish pm Oslo", time(16)),
        ("robots end of day Oslo", time(18)),
        ("half past nine", time(9, 30)),
        ("quarter to 8 in Berlin", time(7, 45)),
        ("quarter past eight in Berlin", time(8, 15)),
        ("at nine", time(9)),
        ("nine in the evening", time(21)),
        ("6 in the evening", time(18)),
        ("every morning", time(9)),
        ("every morning at 7", time(7)),
        ("every evening at 6", time(18)),
        ("weekday mornings", time(9)),
        ("um 9 Uhr", time(9)),
        ("a las 9", time(9)),
        ("à 18h30", time(18, 30)),
    ],
)
def test_times_as_people_write_them(typed: str, at: time) -> None:
    assert read(typed).at == at
