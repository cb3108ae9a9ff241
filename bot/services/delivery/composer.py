"""Composes the digests of deliveries. Papers are read and ranked once for all chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.digests.composition import Digest, Snapshot
from bot.digests.composition import moment as known_at
from bot.digests.for_subscription import asked, digest_due, kept_back_since
from bot.digests.list_states import CategoryLists
from bot.digests.paper_news import paper_news
from bot.digests.shortfall import Shortfall, shortfall
from bot.digests.taste import Taste
from bot.domain.follow_ups import PaperNews
from bot.domain.pages import Page, without_thumbnails
from bot.domain.papers import ListRange
from bot.domain.requests import Chat
from bot.domain.schedule import Schedule
from bot.domain.sources import SourceState
from bot.domain.spreading import NOT_SPREAD, SlotWindow, Spreading
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.messages import delivered
from bot.messages import trending as view
from bot.services.digests import DigestService
from bot.services.paper_signals import ALL_SIGNALS, ScoredSignals
from bot.services.slot_windows import with_window
from bot.services.taste import TasteService
from bot.storage import Store

#: how long a snapshot serves all digests
_FRESH = timedelta(minutes=1)
#: snapshots in the cache: that of now, and those of deliveries that are tried again
_REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Composed:
    """A digest with its page; without a page if nothing is to be sent."""

    page: Page | None
    digest_id: str
    paper_ids: tuple[str, ...]
    #: the moment as of which it was composed
    at: datetime
    #: the list itself; None if it is empty
    digest: Digest | None = None
    #: why it is empty; None if it is not
    shortfall: Shortfall | None = None
    #: by surface and language, the page cut into messages: the same objects for all recipients, so that they are
    #: rendered once
    parts: dict[tuple[str, str], Sequence[Page]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySnapshot:
    """What is known at one time: sources, lists, tastes; a cache of the pages composed from it."""

    at: datetime
    #: time of the newest observation; None if there is none
    observed: datetime | None
    #: states of the categories of sources that are listed by category
    categories: CategoryLists
    states: Sequence[SourceState]
    #: list days that were fetched after they had ended
    complete: Set[date]
    #: by range, and the moment of the data
    snapshots: dict[tuple[ListRange, datetime], Snapshot] = field(default_factory=dict)
    #: chats that may have a taste of their own
    tasting: Set[Chat]
    #: ids of the papers in the snapshots
    known: dict[tuple[ListRange, datetime], frozenset[str]] = field(default_factory=dict)
    #: windows of the next slots, by surface, schedule and time
    windows: dict[tuple[str, Schedule, datetime | None], SlotWindow | None] = field(default_factory=dict)
    #: digests by subscription and papers shown; chats with the same key share them
    pages: dict[tuple[object, ...], Composed] = field(default_factory=dict)

    def newest(self, query: str) -> datetime | None:
        """Return when a source of a query's papers last answered, or None."""
        return self.categories.newest(query, self.observed, self.at)

    def as_of(self, query: str) -> datetime:
        """Return the moment of the data for a query."""
        return known_at(self.at, self.newest(query))


@dataclass(frozen=True, slots=True)
class _Had:
    """Candidate papers that a chat has been shown."""

    ever: frozenset[str]
    #: those that are not shown again
    kept_back: frozenset[str]


class Composer:
    """Composes each chat's digest: its query and range, without papers that it has been shown."""

    def __init__(
        self,
        store: Store,
        *,
        thumbnails: bool = True,
        scored: ScoredSignals = ALL_SIGNALS,
        spreading: Spreading = NOT_SPREAD,
    ) -> None:
        """Without `thumbnails`, no digest shows pictures of papers; `scored` signals order papers without votes.

        `spreading` says which slots are spread.
        """
        self._spreading = spreading
        self._thumbnails = thumbnails
        self._tastes = TasteService(store)
        self._digests = DigestService(store, self._tastes, scored)
        self._snapshots: dict[datetime, DeliverySnapshot] = {}

    async def snapshot(self, moment: datetime, *, exactly: bool = False) -> DeliverySnapshot:
        """Return what was known at a moment, or up to a minute before unless `exactly`."""
        for at, snapshot in self._snapshots.items():
            if at == moment or (not exactly and timedelta(0) <= moment - at < _FRESH):
                return snapshot
        if len(self._snapshots) >= _REMEMBERED:
            del self._snapshots[next(iter(self._snapshots))]
        self._snapshots[moment] = snapshot = await self._read(moment)
        return snapshot

    async def compose(
        self,
        subscription: Subscription,
        shown: Mapping[str, datetime],
        snapshot: DeliverySnapshot,
        due_at: datetime,
        *,
        late: bool = False,
    ) -> Composed:
        """Return the digest that was due at a moment; its page says if it is `late`."""
        subscription = await self._with_window(subscription, snapshot)
        window = ListRange.MONTH if subscription.window is ListRange.MONTH else ListRange.WEEK
        candidates = await self._known(snapshot, window, snapshot.as_of(subscription.query))
        since = kept_back_since(subscription, snapshot.at)
        had = _Had(
            ever=frozenset(id for id in candidates if id in shown),
            kept_back=frozenset(id for id in candidates if id in shown and (since is None or shown[id] >= since)),
        )
        taste = await self._digests.taste(subscription, snapshot.at) if subscription.chat in snapshot.tasting else None
        # what one taste ordered is shown to no other chat
        whose = (subscription.chat, taste.version, taste.strength) if taste else None
        key = (*_wish(subscription), had, due_at, late, whose)
        if key not in snapshot.pages:
            snapshot.pages[key] = await self._compose(subscription, had, snapshot, due_at, taste, late=late)
        return snapshot.pages[key]

    async def _with_window(self, subscription: Subscription, snapshot: DeliverySnapshot) -> Subscription:
        """Return the subscription with the window of its next digest, which the page names."""
        key = (subscription.chat.surface, subscription.schedule, subscription.next_at)
        if key not in snapshot.windows:
            found = await with_window(self._digests.store, self._spreading, subscription)
            snapshot.windows[key] = found.spread
        return replace(subscription, spread=snapshot.windows[key])

    async def _compose(
        self,
        subscription: Subscription,
        had: _Had,
        snapshot: DeliverySnapshot,
        due_at: datetime,
        taste: Taste | None,
        *,
        late: bool,
    ) -> Composed:
        query = subscription.query
        as_of = snapshot.as_of(query)
        known = await self._range_snapshot(snapshot, subscription.window, as_of)
        matcher = await self._digests.matcher([asked(subscription, as_of)], known.vectors)
        digest = digest_due(
            subscription,
            known.histories,
            known.days,
            as_of,
            had.kept_back,
            ever_shown=had.ever,
            slot=due_at,
            matcher=matcher,
            taste=taste,
        )
        reason = shortfall(digest, snapshot.at, snapshot.newest(query), snapshot.categories.late(query))
        if reason is None:
            page = view.digest(digest, snapshot.states, snapshot.at, digest_id=digest.id, layout=subscription.layout)
        elif subscription.empty is EmptyDay.NOTHING:
            return Composed(None, digest.id, (), snapshot.at, shortfall=reason)
        else:
            page = delivered.nothing(subscription, reason)
        ids = tuple(pick.trend.paper.id for pick in digest.picks)
        shown = page if self._thumbnails else without_thumbnails(page)
        whole = delivered.delivered(shown, subscription, due_at if late else None)
        return Composed(
            replace(whole, day=subscription.schedule.local_date(due_at)),
            digest.id,
            ids,
            snapshot.at,
            digest if reason is None else None,
            reason,
        )

    async def news(self, digest: Digest, query: str, now: datetime) -> tuple[PaperNews, ...]:
        """Return what has become of the papers of a digest since it was composed, in its order."""
        snapshot = await self.snapshot(now)
        as_of = snapshot.as_of(query)
        known = await self._range_snapshot(snapshot, digest.window, as_of)
        return paper_news(digest, known.histories, as_of)

    async def _range_snapshot(self, snapshot: DeliverySnapshot, window: ListRange, as_of: datetime) -> Snapshot:
        if (window, as_of) not in snapshot.snapshots:
            snapshot.snapshots[window, as_of] = await self._digests.snapshot(window, as_of)
        return snapshot.snapshots[window, as_of]

    async def _known(self, snapshot: DeliverySnapshot, window: ListRange, as_of: datetime) -> frozenset[str]:
        if (window, as_of) not in snapshot.known:
            papers = await self._range_snapshot(snapshot, window, as_of)
            snapshot.known[window, as_of] = frozenset(history.paper.id for history in papers.histories)
        return snapshot.known[window, as_of]

    async def _read(self, moment: datetime) -> DeliverySnapshot:
        store = self._digests.store
        return DeliverySnapshot(
            at=moment,
            observed=await store.newest_observation_at(moment),
            categories=CategoryLists(await store.category_lists.all()),
            states=await store.sources.all(),
            complete=await store.complete_days(moment.date() - timedelta(days=7)),
            tasting=await self._tastes.chats_with_taste(),
        )


def _wish(subscription: Subscription) -> tuple[object, ...]:
    return (
        subscription.query,
        subscription.schedule,
        subscription.size,
        subscription.threshold,
        subscription.empty,
        subscription.next_at,
        subscription.spread,
        subscription.layout,
        subscription.thumbnails,
    )
