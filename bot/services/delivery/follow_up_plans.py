"""Which follow-ups a delivery gets when it has been sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from bot.domain.follow_ups import FollowUpKind, PlannedFollowUp, edit_times
from bot.domain.ports import EditableSurface, Surface, ThreadedSurface
from bot.domain.schedule import zone
from bot.domain.subscriptions import Subscription
from bot.services.delivery.preparation import Ready

#: how long it is tried to open a thread
_THREAD_WITHIN = timedelta(hours=6)


def planned_follow_ups(ready: Ready, surface: Surface, now: datetime) -> tuple[PlannedFollowUp, ...]:
    """Return what is to be done to the messages of a delivery that was sent now; nothing for one without papers."""
    if not ready.composed.paper_ids:
        return ()
    return (*_edits(ready.subscription, surface, now), *_thread(ready, surface, now))


def _edits(subscription: Subscription, surface: Surface, now: datetime) -> Iterator[PlannedFollowUp]:
    if not subscription.living or not isinstance(surface, EditableSurface):
        return
    ends = day_ends_at(subscription, now)
    for number, at in enumerate(edit_times(now, ends), 1):
        yield PlannedFollowUp(kind=FollowUpKind.EDIT, number=number, due_at=at, expires_at=ends)


def _thread(ready: Ready, surface: Surface, now: datetime) -> Iterator[PlannedFollowUp]:
    if ready.subscription.discussion and isinstance(surface, ThreadedSurface):
        yield PlannedFollowUp(
            kind=FollowUpKind.THREAD,
            number=1,
            due_at=now,
            expires_at=now + _THREAD_WITHIN,
            content=ready.parts[0].title,
        )


def day_ends_at(subscription: Subscription, now: datetime) -> datetime:
    """Return the end of the present day in a subscription's time zone, in UTC."""
    there = zone(subscription.schedule.zone)
    tomorrow = now.astimezone(there).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), there).astimezone(UTC)
