"""Schedules in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.i18n import Instant, Translatable, clock, joined, listing, ordinal, tr
from bot.domain.schedule import Announcer, Schedule, zone
from bot.domain.schedule.rule import WEEKEND, Period
from bot.domain.subscriptions import Subscription
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


def due(subscription: Subscription, *, with_zone: bool = True) -> Translatable:
    """ "Mon 27 Apr at 09:00 Europe/Berlin", or "Mon 27 Apr between 08:50 and 09:20 Europe/Berlin"; "" while paused."""
    schedule, window = subscription.schedule, subscription.spread
    if subscription.next_at is None:
        return joined("", "")
    if window is None:
        return (moment if with_zone else local)(subscription.next_at, schedule)
    here = zone(schedule.zone)
    start, end = window.starts_at.astimezone(here), window.ends_at.astimezone(here)
    day, since = words.short_day(start.date()), clock(start.time().replace(second=0, microsecond=0))
    # the last digest may come in the minute after the displayed one
    until = clock((end + timedelta(minutes=1, microseconds=-1)).time().replace(second=0, microsecond=0))
    if with_zone:
        return tr("{day} between {start} and {end} {zone}", day=day, start=since, end=until, zone=schedule.zone)
    return tr("{day} between {start} and {end}", day=day, start=since, end=until)


def utc(at: datetime) -> Instant:
    """ "Fri 24 Apr 2026 at 12:00 UTC", of a moment in UTC."""
    return Instant(tr("{day} at {time} UTC", day=words.day(at.date()), time=clock(at.time())), at)
