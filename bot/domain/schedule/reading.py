"""Merge the parsed parts of a schedule, and detect contradictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import time

from bot.domain.i18n import Value, clock, listing, tr
from bot.domain.schedule.rule import DEFAULT_AT, EVERY_DAY, WEEKDAYS, Period, Schedule
from bot.domain.schedule.tokens import At, Every, In, Off, On, OnMonthDay, PartOfDay, Piece

_MONDAY = frozenset({0})
#: from this hour on, a part of the day means that the hour given is after noon
_EVENING = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The parsed parts of a schedule: at most one of `days`, `month_day` and `announced`, as in `Schedule`."""

    #: None if not given, as in all fields below
    at: time | None = None
    zone: str | None = None
    #: time zones of other places with the same name, each with the place's name
    other_zones: tuple[tuple[str, str], ...] = ()
    days: frozenset[int] | None = None
    month_day: int | None = None
    announced: bool = False
    #: the rest of the text, in order
    rest: str = ""
    #: the words of the schedule as typed, in order
    typed: str = field(default="", compare=False)
    #: messages about what is not possible, each with an alternative
    complaints: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.at is not None or self.zone is not None or self.names_days

    @property
    def names_days(self) -> bool:
        """Whether it names days or announcement."""
        return self.days is not None or self.month_day is not None or self.announced

    def over(self, schedule: Schedule) -> Schedule:
        """Return the schedule with the given parts replaced."""
        zone = self.zone or schedule.zone
        if not self.names_days:
            return replace(schedule, at=self.at or schedule.at, zone=zone)
        # a time of day is not carried over between announced and fixed-time schedules
        kept = schedule.at if self.announced == schedule.announced else None if self.announced else DEFAULT_AT
        days = self.days or frozenset()
        return Schedule(at=self.at or kept, zone=zone, days=days, month_day=self.month_day, announced=self.announced)


def merged_reading(pieces: Sequence[Piece], rest: str, complaints: Iterable[str]) -> Reading:
    """Return the merged parts; contradictory parts are left out and reported as complaints."""
    at, zone = _times(pieces), _zones(pieces)
    when = _when(pieces)
    contradictions = [said for said in (at, zone, when) if isinstance(said, str)]
    when = Reading() if isinstance(when, str) else when
    return Reading(
        at=at if isinstance(at, time) else None,
        zone=zone.zone if isinstance(zone, In) else None,
        other_zones=zone.others if isinstance(zone, In) else (),
        days=when.days,
        month_day=when.month_day,
        announced=when.announced,
        rest=rest,
        complaints=(*complaints, *contradictions),
    )


def _times(pieces: Sequence[Piece]) -> time | str | None:
    times = dict.fromkeys(piece.time for piece in pieces if isinstance(piece, At))
    if len(times) > 1:
        return tr(
            "A subscription has one time of day, but you gave {times}. Subscribe a second time for the other.",
            times=_named(clock(one) for one in times),
        )
    around = next((piece.time for piece in pieces if isinstance(piece, PartOfDay)), None)
    at = next(iter(times), None)
    if at is None or around is None:
        return at or around
    # "every evening at 6"
    return at.replace(hour=at.hour + 12) if around.hour >= _EVENING and 1 <= at.hour < 12 else at


def _zones(pieces: Iterable[Piece]) -> In | str | None:
    zones = dict.fromkeys(piece for piece in pieces if isinstance(piece, In) and piece.zone)
    if len(zones) > 1:
        return tr(
            "A subscription has one time zone, but you gave {zones}. Name only one.",
            zones=_named(one.zone for one in zones),
        )
    return next(iter(zones), None)


def _when(pieces: Iterable[Piece]) -> Reading | str:
    """Return a reading with only the days, or a complaint if they contradict each other."""
    periods = {piece.period for piece in pieces if isinstance(piece, Every)}
    periods |= {Period.DAY for piece in pieces if isinstance(piece, PartOfDay) and piece.every}
    days = frozenset[int]().union(*(piece.days for piece in pieces if isinstance(piece, On)))
    off = frozenset[int]().union(*(piece.days for piece in pieces if isinstance(piece, Off)))
    if off and Period.MONTH not in periods:
        return _without(off, days or EVERY_DAY)
    month_days = {piece.number for piece in pieces if isinstance(piece, OnMonthDay)}
    if Period.ANNOUNCE in periods:
        return _announced(periods, days, month_days)
    if Period.MONTH in periods or month_days:
        return _monthly(periods, days, month_days)
    if len(periods) > 1:
        return tr("Choose daily or weekly, or name the days, such as “mon thu”.")
    if not days and not periods:
        return Reading()
    return Reading(days=days or (EVERY_DAY if Period.DAY in periods else _MONDAY))


def _without(off: frozenset[int], days: frozenset[int]) -> Reading | str:
    if not days - off:
        return tr("No day is left. Choose daily or weekly, or name the days, such as “mon thu”.")
    return Reading(days=days - off)


def _announced(periods: set[Period], days: frozenset[int], month_days: set[int]) -> Reading | str:
    if month_days or periods - {Period.ANNOUNCE, Period.DAY} or days not in (frozenset(), WEEKDAYS, EVERY_DAY):
        return tr(
            "“on announce” sends a digest after every new list, Monday to Friday. For other days give a time, such as"
            " “fri at 9:00”."
        )
    return Reading(announced=True)


def _monthly(periods: set[Period], days: frozenset[int], month_days: set[int]) -> Reading | str:
    if days or periods - {Period.MONTH}:
        return tr("A monthly digest comes on a date, such as “monthly on the 1st”. For a weekday, write “mondays”.")
    if len(month_days) > 1:
        return tr(
            "A monthly digest comes on one day, but you gave {days}. Name only one.",
            days=_named(map(str, sorted(month_days))),
        )
    return Reading(month_day=next(iter(month_days), 1))


def _named(names: Iterable[str]) -> Value:
    return listing(list(names)[:3])
