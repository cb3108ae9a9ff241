"""The rule on all zones: around every change of clocks in the quick tests, on every day of four years in the proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import EVERY_DAY, LIST_MARGIN, Schedule, zone, zone_names

DAY = timedelta(days=1)
LEAST, MOST = timedelta(hours=20), timedelta(hours=28)
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = [FIRST + DAY * number for number in range((LAST - FIRST).days + 1)]
CLOCKS = [time.fromisoformat(at) for at in "00:00 00:30 01:45 02:15 02:30 09:00 23:00 23:45".split()]
ZONES = sorted(zone_names())


def daily(at: time, name: str) -> Schedule:
    return Schedule(at=at, zone=name, days=EVERY_DAY)


def days_of_change(name: str) -> Iterator[date]:
    """The days on which a zone's offset is another at the end than at the beginning (in UTC)."""
    here = zone(name)
    offsets = [datetime(day.year, day.month, day.day, tzinfo=UTC).astimezone(here).utcoffset() for day in DAYS]
    return (day for day, before, after in zip(DAYS, offsets, offsets[1:], strict=False) if before != after)


def expected(day: date, at: time, here: ZoneInfo) -> datetime:
    """The first moment at which the clock shows a time; where it never does, what the day before would have said."""
    naive = datetime.combine(day, at)
    around = [(naive + step).replace(tzinfo=UTC).astimezone(here).utcoffset() for step in (-DAY, DAY)]
    moments = [(naive - offset).replace(tzinfo=UTC) for offset in around if offset is not None]
    shown = [moment for moment in moments if moment.astimezone(here).replace(tzinfo=None) == naive]
    return min(shown, default=moments[0])


def check_day(schedule: Schedule, day: date, before: datetime) -> datetime:
    moment = schedule.occurrence(day)
    assert moment is not None, (schedule, day)
    assert LEAST <= moment - before <= MOST, (schedule, day)
    assert schedule.local_date(moment) == day, (schedule, day)
    return moment


def test_around_every_change_of_clocks_each_day_is_served_once() -> None:
    seen = 0
    for name in ZONES:
        for change in days_of_change(name):
            seen += 1
            for at in CLOCKS:
                schedule = daily(at, name)
                before = schedule.occurrence(change - 2 * DAY)
                assert before is not None
                for step in (-1, 0, 1, 2):
                    moment = check_day(schedule, change + step * DAY, before)
                    assert moment == expected(change + step * DAY, at, zone(name)), (schedule, change)
                    assert schedule.next_after(before) == moment
                    before = moment
    assert seen > 1000


@given(
    st.sampled_from(ZONES),
    st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    st.integers(0, len(DAYS) * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
)
def test_nothing_lies_between_the_previous_and_the_next(name: str, at: time, moment: datetime) -> None:
    schedule = daily(at, name)

    before, after = schedule.previous_at_or_before(moment), schedule.next_after(moment)

    assert before <= moment < after
    assert LEAST <= after - before <= MOST
    assert schedule.local_date(before) + DAY == schedule.local_date(after)


@given(
    st.sampled_from(ZONES),
    st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    st.sampled_from(DAYS),
)
def test_each_announced_list_comes_once_complete_and_not_too_early_for_the_chat(
    name: str, at: time | None, day: date
) -> None:
    check_announced(Schedule(at=at, zone=name, announced=True), day)


def check_announced(schedule: Schedule, day: date) -> None:
    moment = schedule.occurrence(day)
    if moment is None:
        assert day.weekday() >= 5
        return
    complete = datetime.combine(day + DAY, time(), UTC) + LIST_MARGIN
    shown = moment.astimezone(zone(schedule.zone))
    assert complete <= moment < complete + DAY
    assert schedule.at is None or shown.time() >= schedule.at or shown.date() > complete.astimezone(shown.tzinfo).date()
    assert schedule.local_date(moment) == day
    assert schedule.previous_at_or_before(moment) == moment
    assert schedule.local_date(schedule.next_after(moment)) == day + DAY * (3 if day.weekday() == 4 else 1)


@pytest.mark.proof
def test_every_day_of_four_years_is_served_once_in_every_zone() -> None:
    for name in ZONES:
        for at in CLOCKS:
            schedule = daily(at, name)
            before = schedule.occurrence(FIRST - DAY)
            assert before is not None
            for day in DAYS:
                before = check_day(schedule, day, before)


@pytest.mark.proof
def test_every_list_of_four_years_is_announced_once_in_every_zone() -> None:
    for name in ZONES:
        for at in (None, time(0), time(0, 20), time(8), time(23, 59)):
            schedule = Schedule(at=at, zone=name, announced=True)
            for day in DAYS:
                check_announced(schedule, day)
