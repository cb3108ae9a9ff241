"""Pure: the terms of a subscription in words: what was said, what was assumed, and how to say otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.pages import Moment, Row, Section
from bot.domain.schedule import Schedule, show, zone
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.domain.text import shorten
from bot.messages import words
from bot.messages.pauses import why_paused
from bot.query.subscriptions.spec import SubscriptionSpec

_EMPTY = {
    EmptyDay.NOTE: "a note on days without papers",
    EmptyDay.BEST: "the week's best on days without papers",
    EmptyDay.NOTHING: "nothing on days without papers",
}
_LONGEST = 160
#: letters of a query where it is only a name
_NAME = 48
_NOTHING = SubscriptionSpec()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing that a subscription settles."""

    label: str
    text: str
    #: whether the person said so
    said: bool
    #: words that say otherwise
    otherwise: str
    #: rarely changed, and told in one line with its like where nobody asked
    small: bool = False


def clock(at: datetime, schedule: Schedule) -> str:
    """ "Mon 27 Apr at 09:00", in the schedule's zone."""
    here = at.astimezone(zone(schedule.zone))
    return f"{words.short_day(here.date())} at {here:%H:%M}"


def moment(at: datetime, schedule: Schedule) -> str:
    """ "Mon 27 Apr at 09:00 Europe/Berlin"."""
    return f"{clock(at, schedule)} {schedule.zone}"


def moments(subscription: Subscription) -> tuple[Moment, ...]:
    """When the next one comes, as `moment` words it."""
    if subscription.next_at is None:
        return ()
    return (Moment(moment(subscription.next_at, subscription.schedule), subscription.next_at),)


def name(subscription: Subscription, limit: int = _NAME) -> str:
    """ "“agents”", or "all papers"."""
    return f"“{shorten(subscription.query, limit)}”" if subscription.query else "all papers"


def coming(subscription: Subscription, now: datetime) -> str:
    """ "Next: Mon 27 Apr at 09:00 Europe/Berlin, in 2 days." """
    if subscription.paused:
        return f"It is paused ({shorten(why_paused(subscription), 120)})."
    if subscription.next_at is None:
        return "No next time is planned."
    return f"Next: {moment(subscription.next_at, subscription.schedule)}, {words.ago(subscription.next_at, now)}."


def told(subscription: Subscription, wish: SubscriptionSpec, zone_from: str = "") -> tuple[Section, ...]:
    """What was said and what was assumed, the latter with words that say otherwise.

    `zone_from` says where a zone comes from that nobody named: "as number 1 has it".
    """
    terms = _terms(subscription, wish, zone_from)
    understood = tuple(Row(term.label, term.text) for term in terms if term.said)
    assumed = [
        Row(term.label, f"{term.text} (or {term.otherwise})") for term in terms if not term.said and not term.small
    ]
    small = [term for term in terms if not term.said and term.small]
    if small:
        assumed.append(Row("also", f"{', '.join(term.text for term in small)} (or {_otherwise(small)})"))
    sections = (Section(heading="Understood", rows=understood), Section(heading="Assumed", rows=tuple(assumed)))
    return tuple(section for section in sections if section.rows)


def changes(before: Subscription, after: Subscription) -> tuple[Row, ...]:
    """Every term that is another now, with what it was."""
    pairs = zip(_terms(before, _NOTHING), _terms(after, _NOTHING), strict=True)
    return tuple(Row(new.label, f"{new.text} (was: {old.text})") for old, new in pairs if old.text != new.text)


def _terms(subscription: Subscription, wish: SubscriptionSpec, zone_from: str = "") -> list[Term]:
    schedule = _schedule(subscription.schedule, wish, zone_from)
    return [*_papers(subscription, wish), *schedule, *_ways(subscription, wish)]


def _otherwise(terms: Sequence[Term]) -> str:
    return " ".join(term.otherwise for term in terms)


def _schedule(schedule: Schedule, wish: SubscriptionSpec, zone_from: str) -> Iterator[Term]:
    when = wish.when
    days, _, _ = show(schedule).removesuffix(f" {schedule.zone}").partition(" at ")
    time = "as soon as the list is complete" if schedule.at is None else f"{schedule.at:%H:%M}"
    where = words.joined(schedule.zone, zone_from)
    yield Term(label="days", text=days, said=when.names_days, otherwise="daily, mon thu, monthly, on announce")
    yield Term(label="time", text=time, said=bool(when.at or when.announced), otherwise="at 18:30")
    yield Term(label="zone", text=where, said=bool(when.zone), otherwise="in Tokyo")


def _papers(subscription: Subscription, wish: SubscriptionSpec) -> Iterator[Term]:
    asked = shorten(subscription.query, _LONGEST) or "any: what trends most"
    size = f"up to {words.papers(subscription.size)}"
    yield Term(label="words", text=asked, said=wish.query is not None, otherwise="agents -survey")
    yield Term(label="size", text=size, said=wish.size is not None, otherwise="top 5")


def _ways(subscription: Subscription, wish: SubscriptionSpec) -> Iterator[Term]:
    least, again = subscription.threshold, subscription.repeat_days
    votes = f"{least} votes or more" if least else "any number of votes"
    repeats = f"a paper again after {again} days at the soonest" if again else "no paper twice"
    sound = "without a sound" if subscription.silent else "with a sound"
    role = f"mentions {shorten(subscription.role, _LONGEST)}" if subscription.role else "mentions nobody"
    empty = _EMPTY[subscription.empty]
    yield Term(label="votes", text=votes, said=wish.threshold is not None, otherwise="votes:>=20", small=True)
    yield Term(label="empty", text=empty, said=wish.empty is not None, otherwise="empty:best", small=True)
    yield Term(label="repeats", text=repeats, said=wish.repeat_days is not None, otherwise="repeat:30", small=True)
    yield Term(label="sound", text=sound, said=wish.silent is not None, otherwise="silent", small=True)
    yield Term(label="role", text=role, said=wish.role is not None, otherwise="role:@name", small=True)
