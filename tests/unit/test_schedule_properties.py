from __future__ import annotations

import time as clocks
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import EVERY_DAY, WEEKDAYS, Period, Schedule, read, show, zone_names

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
SAN_FRANCISCO = "America/Los_Angeles"
MON_WED_FRI = frozenset({0, 2, 4})
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
DAILY = Schedule(at=time(8), zone="UTC", days=EVERY_DAY)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    at, name = draw(CLOCKS), draw(st.sampled_from(sorted(zone_names())))
    match draw(st.sampled_from(Period)):
        case Period.MONTH:
            return Schedule(at=at, zone=name, month_day=draw(st.integers(1, 31)))
        case Period.ANNOUNCE:
            return Schedule(at=draw(st.sampled_from([at, None])), zone=name, announced=True)
        case _:
            days = draw(st.frozensets(st.integers(0, 6), min_size=1))
            return Schedule(at=at, zone=name, days=draw(st.sampled_from([days, EVERY_DAY, WEEKDAYS])))


@given(schedules())
def test_what_is_shown_reads_back_to_the_same(schedule: Schedule) -> None:
    reading = read(show(schedule))

    assert reading.over(DAILY) == schedule
    assert not reading.rest
    assert not reading.complaints


@given(schedules())
def test_a_schedule_is_found_between_the_words_of_a_query(schedule: Schedule) -> None:
    reading = read(f"world models -survey {show(schedule)} top 5")

    assert reading.over(DAILY) == schedule
    assert reading.rest == "world models -survey top 5"


WORDS = (
    "at in on every the of 9 9:00 25:00 9am am 21h noon 15th 1st last day month week daily weekly monthly announce mon "
    "sun friday weekdays mon-fri - and to berlin new york Europe/Berlin Europe/Berln utc +2 cst et time local at: tz: "
    'days: at:9 since papers not before twice a " “ ” -x top:5 é'
).split()


@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_any_text_is_read_and_no_word_is_invented(typed: str) -> None:
    reading = read(typed)

    left = iter(typed.split())
    assert all(word in left for word in reading.rest.split())
    assert show(reading.over(DAILY))


@pytest.mark.parametrize(
    "piece",
    [
        "at 9 ",
        "at 9 in lndon ",
        "Europe/Berln ",
        "mon ",
        "mon,",
        "since mon ",
        "timezone:x ",
        "at:",
        '"',
        'a"',
        "x",
        "é ",
    ],
)
def test_a_hundred_kilobytes_are_read_at_once(piece: str) -> None:
    typed = piece * (100_000 // len(piece))
    started = clocks.process_time()

    read(typed)

    assert clocks.process_time() - started < 5  # 0.5 s alone; the rest is for coverage
