"""Forecasts: what a subscription would have delivered, and its overlap with the chat's other subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.digests.candidates import Matcher
from bot.digests.composition import Digest, Snapshot, moment
from bot.digests.for_subscription import asked, digest_due, kept_back_since
from bot.digests.shortfall import Shortfall, shortfall
from bot.digests.taste import Taste
from bot.domain.papers import ListRange, Paper
from bot.domain.schedule.slots import Slot
from bot.domain.subscriptions import Subscription
from bot.query import Query
from bot.search import relevance_of

#: slots this long before the forecast are replayed too, so that its first day leaves out what would already have been
#: shown
_REPLAYED_BEFORE = timedelta(days=14)
#: a forecast assumes that the subscription was created this long before
_SUBSCRIBED_BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """A local date and its digest; None if there would have been none."""

    day: date
    digest: Digest | None
    #: why the digest is empty; None if it is not
    shortfall: Shortfall | None = None

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Papers of the digest, in order."""
        return tuple(pick.trend.paper for pick in self.digest.picks) if self.digest else ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Consecutive past days, oldest first."""

    days: tuple[ForecastDay, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of papers of each digest."""
        return tuple(len(day.papers) for day in self.days if day.digest)

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All papers without duplicates."""
        return tuple({paper.id: paper for day in self.days for paper in day.papers}.values())

    @property
    def last(self) -> ForecastDay | None:
        """The newest day with a digest, or None."""
        return next((day for day in reversed(self.days) if day.digest), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What a new subscription has in common with an existing one."""

    #: number of the existing subscription in its chat
    number: int
    same_words: bool
    #: papers of the forecast that the existing one also selects, and their total
    shared: int
    among: int


def carried_from(subscription: Subscription, first: datetime) -> datetime:
    """Return the moment from which slots are replayed for a forecast whose first slot is at `first`."""
    return first - _REPLAYED_BEFORE if subscription.window is not ListRange.MONTH else first


def replayed(
    subscription: Subscription,
    slots: Sequence[Slot],
    known: Snapshot,
    shown: Mapping[str, datetime],
    taste: Taste | None = None,
    *,
    matcher: Matcher = relevance_of,
    by_category: bool = False,
) -> Forecast:
    """Return the digests of past slots, each from what was known at its moment.

    `shown` are the ids shown to the chat and when. The subscription is treated as if it had existed for long,
    and taste is as it is now. `by_category` says whether its papers come from lists by category, too: these have no
    observations, and are taken to have been read before each slot.
    """
    digests = _Replay(known, memoized_matcher(matcher), taste, by_category=by_category)
    first = min(slot.moment for slot in slots if slot.moment)
    standing = replace(subscription, created_at=first - _SUBSCRIBED_BEFORE)
    had: dict[str, datetime] = {}
    for at in _between(subscription, carried_from(subscription, first), first):
        had |= dict.fromkeys((paper.id for paper in digests.day(standing, Slot(at.date(), at), had).papers), at)
    had |= shown
    days = []
    for slot in slots:
        days.append(digests.day(standing, slot, had))
        if slot.moment:
            had |= dict.fromkeys((paper.id for paper in days[-1].papers), slot.moment)
    return Forecast(tuple(days))


def _between(subscription: Subscription, since: datetime, until: datetime) -> Iterator[datetime]:
    at = subscription.schedule.next_after(since)
    while at < until:
        yield at
        at = subscription.schedule.next_after(at)


@dataclass(frozen=True, slots=True)
class _Replay:
    """What the digests of all slots have in common."""

    known: Snapshot
    matcher: Matcher
    taste: Taste | None
    by_category: bool

    def day(self, subscription: Subscription, slot: Slot, had: Mapping[str, datetime]) -> ForecastDay:
        """Return the digest of a slot for a chat that had been shown papers, each at its moment."""
        if slot.moment is None:
            return ForecastDay(slot.day, None)
        newest = slot.moment if self.by_category else self.known.newest(slot.moment)
        since = kept_back_since(subscription, slot.moment)
        digest = digest_due(
            subscription,
            self.known.histories,
            self.known.days,
            moment(slot.moment, newest),
            {id for id, at in had.items() if since is None or at >= since},
            ever_shown=had.keys(),
            slot=slot.moment,
            matcher=self.matcher,
            taste=self.taste,
        )
        return ForecastDay(slot.day, digest, shortfall(digest, slot.moment, newest))


def memoized_matcher(inner: Matcher = relevance_of) -> Matcher:
    """Return a matcher that remembers its answers, keyed by paper, query and number of votes."""
    known: dict[tuple[str, Query, int | None], float | None] = {}

    def matcher(paper: Paper, query: Query, votes: int | None) -> float | None:
        # votes are part of the key only if the query has a minimum
        key = (paper.id, query, votes if query.min_votes is not None else None)
        if key not in known:
            known[key] = inner(paper, query, votes)
        return known[key]

    return matcher


def overlaps(
    new: Subscription, forecast: Forecast, others: Sequence[Subscription], matcher: Matcher = relevance_of
) -> tuple[Overlap, ...]:
    """Return the overlaps with the chat's other subscriptions, which are given in the chat's order."""
    found = (_overlap(new, forecast.papers, other, number, matcher) for number, other in enumerate(others, 1))
    return tuple(overlap for overlap in found if overlap.same_words or overlap.shared)


def _overlap(new: Subscription, papers: Sequence[Paper], other: Subscription, number: int, matcher: Matcher) -> Overlap:
    wanted = asked(other, new.created_at)
    shared = sum(matcher(paper, wanted, None) is not None for paper in papers)
    return Overlap(number=number, same_words=new.query == other.query, shared=shared, among=len(papers))
