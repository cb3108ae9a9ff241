"""Next and past slots of a subscription."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.schedule import Schedule, zone

_DAY = timedelta(days=1)
#: days in a forecast
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Slot:
    """A local date and the moment (UTC) of its digest; None if it has none."""

    day: date
    moment: datetime | None


def next_slot(schedule: Schedule, now: datetime, served: Collection[date] = ()) -> datetime:
    """Return the next moment (UTC) whose local date has not been served."""
    moment = schedule.next_after(now)
    while schedule.local_date(moment) in served:
        moment = schedule.next_after(moment)
    return moment


def past_week(schedule: Schedule, now: datetime) -> tuple[Slot, ...]:
    """Return the slots of the last seven completed local dates, oldest first; if all are empty, only the last slot."""
    today = now.astimezone(zone(schedule.zone)).date()
    last = today if schedule.occurrence(today) else today - _DAY
    while (moment := schedule.occurrence(last)) and moment > now:
        last -= _DAY
    days = [last - _DAY * back for back in reversed(range(_WEEK))]
    slots = tuple(Slot(day, schedule.occurrence(day)) for day in days)
    if any(slot.moment for slot in slots):
        return slots
    moment = schedule.previous_at_or_before(now)
    return (Slot(schedule.local_date(moment), moment),)
