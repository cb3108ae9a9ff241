"""Schedules in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.i18n import Instant, Translatable, clock, listing, ordinal, tr
from bot.domain.schedule import Announcer, Schedule, zone
from bot.domain.schedule.rule import WEEKEND, Period
from bot.messages import words

#: a Monday
_MONDAY = date(2024, 1, 1)


def described(schedule: Schedule) -> Translatable:
    """ "Monday to Friday at 09:00 (Europe/Berlin)"."""
    if schedule.at is None:
        return tr("{days} ({zone})", days=days(schedule), zone=schedule.zone)
    at = clock(schedule.at)
    if schedule.announced:
        return tr("{days}, not before {time} ({zone})", days=days(schedule), time=at, zone=schedule.zone)
    return tr("{days} at {time} ({zone})", days=days(schedule), time=at, zone=schedule.zone)


def days(schedule: Schedule) -> Translatable:
    """ "every day", "Monday and Thursday", "monthly on the 1st"."""
    match schedule.period:
        case Period.DAY:
            return tr("every day")
        case Period.WEEKDAYS:
            return tr("Monday to Friday")
        case Period.WEEK if schedule.days == WEEKEND:
            return tr("on weekends")
        case Period.WEEK:
            named = listing(words.weekday(_MONDAY + timedelta(days=day)) for day in sorted(schedule.days))
            return tr("every {weekdays}", weekdays=named)
        case Period.MONTH:
            return tr("monthly on the {day}", day=ordinal(schedule.month_day or 1))
        case Period.ANNOUNCE if schedule.announcer is Announcer.ARXIV:
            return tr("as soon as arXiv's new papers are there, Monday to Friday")
        case Period.ANNOUNCE:
            return tr("as soon as the daily list is complete")


def local(at: datetime, schedule: Schedule) -> Instant:
    """ "Mon 27 Apr at 09:00", in the schedule's zone."""
    here = at.astimezone(zone(schedule.zone))
    return Instant(tr("{day} at {time}", day=words.short_day(here.date()), time=clock(here.time())), at)


def moment(at: datetime, schedule: Schedule) -> Instant:
    """ "Mon 27 Apr at 09:00 Europe/Berlin"."""
    here = at.astimezone(zone(schedule.zone))
    day, time = words.short_day(here.date()), clock(here.time())
    return Instant(tr("{day} at {time} {zone}", day=day, time=time, zone=schedule.zone), at)


def utc(at: datetime) -> Instant:
    """ "Fri 24 Apr 2026 at 12:00 UTC", of a moment in UTC."""
    return Instant(tr("{day} at {time} UTC", day=words.day(at.date()), time=clock(at.time())), at)
