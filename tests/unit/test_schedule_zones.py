from __future__ import annotations

from datetime import time
from importlib import resources

import pytest

from bot.domain.schedule import WEEKDAYS, Reading, find_zone, read, zone, zone_names
from bot.domain.schedule.places import ABBREVIATIONS, AMBIGUOUS, LEGACY, PLACES

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
SAN_FRANCISCO = "America/Los_Angeles"
MON_WED_FRI = frozenset({0, 2, 4})


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("9am berlin", BERLIN),
        ("9am in Berlin", BERLIN),
        ("in Berlin 9am", BERLIN),
        ("9am Berlin time", BERLIN),
        ("9am NEW YORK", NEW_YORK),
        ("9am São Paulo", "America/Sao_Paulo"),
        ("9am sao paulo", "America/Sao_Paulo"),
        ("9am Zürich", "Europe/Zurich"),
        ("9am san francisco", SAN_FRANCISCO),
        ("9am in Bangalore", "Asia/Kolkata"),
        ("9am munich", BERLIN),
        ("9am UTC", "UTC"),
        ("9am GMT", "UTC"),
        ("9am CET", "Europe/Brussels"),
        ("9am ET", NEW_YORK),
        ("9am EST", NEW_YORK),
        ("9am PT", SAN_FRANCISCO),
        ("9am pacific time", SAN_FRANCISCO),
        ("9am local time", None),
    ],
)
def test_cities_and_abbreviations_name_a_zone_beside_a_time(typed: str, zone: str | None) -> None:
    assert read(typed) == Reading(at=time(9), zone=zone)


def test_utc_needs_no_time_beside_it() -> None:
    assert read("weekdays UTC") == Reading(days=WEEKDAYS, zone="UTC")
    assert read("on announce UTC") == Reading(announced=True, zone="UTC")


def test_every_name_of_the_table_is_understood() -> None:
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split()

    assert [name for name in names if find_zone(name) is None] == ["Factory"]
    assert all(find_zone(name.lower()) == name for name in zone_names())


@pytest.mark.parametrize("name", ["", "-", "Factory", "Berln", "../../etc/passwd", "a" * 1000])
def test_what_is_no_zone_is_none(name: str) -> None:
    assert find_zone(name) is None


def test_every_place_lies_in_a_zone_of_the_table() -> None:
    named = {
        *PLACES,
        *ABBREVIATIONS.values(),
        *LEGACY.values(),
        *(one for zones in AMBIGUOUS.values() for one in zones),
    }

    assert {zone(name).key for name in named} == named
