"""What a subscription would have brought, and what it shares with the others of its chat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.digest import Digest, Matcher, Snapshot, moment
from bot.models import Paper, Subscription, Window
from bot.query import Query
from bot.search import matches
from bot.shortfall import Shortfall, shortfall
from bot.subscribing.composing import asked, digest_due, kept_back_since
from bot.subscribing.slots import Slot

#: the slots of so many days before are replayed as well, so that the first day of a forecast does not bring what a
#: subscriber would have had by then
_CARRIED = timedelta(days=14)
#: a forecast is that of somebody who subscribed so long before
_LONG_BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Brought:
    """A local date, and the digest that would have come on it; None where none would have."""

    day: date
    digest: Digest | None
    #: why the digest is empty; None where it is not
    shortfall: Shortfall | None = None

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers of the digest, in its order."""
        return tuple(pick.trend.paper for pick in self.digest.picks) if self.digest else ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Some past days, oldest first."""

    days: tuple[Brought, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of papers of each digest."""
        return tuple(len(day.papers) for day in self.days if day.digest)

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Every paper once."""
        return tuple({paper.id: paper for day in self.days for paper in day.papers}.values())

    @property
    def last(self) -> Brought | None:
        """The newest digest."""
        return next((day for day in reversed(self.days) if day.digest), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What a new subscription shares with one that is there."""

    #: of the one that is there, as its chat counts
    number: int
    same_words: bool
    #: papers of the forecast that the other one asks for too, of how many
    shared: int
    among: int


def carried_from(subscription: Subscription, first: datetime) -> datetime:
    """Return the moment from which on slots are replayed for a forecast whose first slot is at `first`."""
    return first - _CARRIED if subscription.window is not Window.MONTH else first


def replayed(
    subscription: Subscription, slots: Sequence[Slot], known: Snapshot, shown: Mapping[str, datetime]
) -> Forecast:
    """Return the digests of past slots, each by what was known at its moment.

    `shown` are ids that the chat had been shown before, and when. The subscription counts as an old one.
    """
    first = min(slot.moment for slot in slots if slot.moment)
    standing = replace(subscription, created_at=first - _LONG_BEFORE)
    had: dict[str, datetime] = {}
    matcher = remembering()
    for at in _between(subscription, carried_from(subscription, first), first):
        had |= dict.fromkeys(
            (paper.id for paper in _brought(standing, Slot(at.date(), at), known, had, matcher).papers), at
        )
    had |= shown
    days = []
    for slot in slots:
        days.append(_brought(standing, slot, known, had, matcher))
        if slot.moment:
            had |= dict.fromkeys((paper.id for paper in days[-1].papers), slot.moment)
    return Forecast(tuple(days))


def _between(subscription: Subscription, since: datetime, until: datetime) -> Iterator[datetime]:
    at = subscription.schedule.next_after(since)
    while at < until:
        yield at
        at = subscription.schedule.next_after(at)


def _brought(
    subscription: Subscription, slot: Slot, known: Snapshot, had: Mapping[str, datetime], matcher: Matcher
) -> Brought:
    if slot.moment is None:
        return Brought(slot.day, None)
    newest = known.newest(slot.moment)
    since = kept_back_since(subscription, slot.moment)
    kept_back = {id for id, at in had.items() if since is None or at >= since}
    as_of = moment(slot.moment, newest)
    digest = digest_due(
        subscription,
        known.histories,
        known.days,
        as_of,
        kept_back,
        ever_shown=had.keys(),
        slot=slot.moment,
        matcher=matcher,
    )
    return Brought(slot.day, digest, shortfall(digest, slot.moment, newest))


def remembering() -> Matcher:
    """The matcher, asked once for each paper, query and number of votes."""
    known: dict[tuple[str, Query, int | None], bool] = {}

    def matcher(paper: Paper, query: Query, votes: int | None) -> bool:
        # votes matter to a query that asks for some, and to no other
        key = (paper.id, query, votes if query.min_votes is not None else None)
        if key not in known:
            known[key] = matches(paper, query, votes)
        return known[key]

    return matcher


def overlaps(new: Subscription, forecast: Forecast, others: Sequence[Subscription]) -> tuple[Overlap, ...]:
    """Every one of the chat's subscriptions that wants the same words or papers; `others` in the chat's order."""
    found = (_overlap(new, forecast.papers, other, number) for number, other in enumerate(others, 1))
    return tuple(overlap for overlap in found if overlap.same_words or overlap.shared)


def _overlap(new: Subscription, papers: Sequence[Paper], other: Subscription, number: int) -> Overlap:
    wanted = asked(other, new.created_at)
    shared = sum(matches(paper, wanted) for paper in papers)
    return Overlap(number=number, same_words=new.query == other.query, shared=shared, among=len(papers))
