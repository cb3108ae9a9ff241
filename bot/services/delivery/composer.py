"""Composes the digests of deliveries. Papers are read and ranked once for all chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.digests.composition import Snapshot
from bot.digests.composition import moment as known_at
from bot.digests.for_subscription import asked, digest_due, kept_back_since
from bot.digests.shortfall import Shortfall, shortfall
from bot.digests.taste import Taste
from bot.domain.pages import Page
from bot.domain.papers import ListRange
from bot.domain.requests import Chat
from bot.domain.sources import SourceState
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.messages import delivered
from bot.messages import trending as view
from bot.services.digests import DigestService
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
    #: why it is empty; None if it is not
    shortfall: Shortfall | None = None
    #: by surface and language, the page cut into messages: the same objects for all recipients, so that they are
    #: rendered once
    parts: dict[tuple[str, str], Sequence[Page]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySnapshot:
    """What is known at one time: sources, lists, tastes; a cache of the pages composed from it."""

    at: datetime
    as_of: datetime
    #: time of the newest observation; None if there is none
    newest: datetime | None
    states: Sequence[SourceState]
    #: list days that were fetched after they had ended
    complete: Set[date]
    snapshots: dict[ListRange, Snapshot] = field(default_factory=dict)
    #: chats that may have a taste of their own
    tasting: Set[Chat]
    #: ids of the papers in the snapshots
    known: dict[ListRange, frozenset[str]] = field(default_factory=dict)
    #: digests by subscription and papers shown; chats with the same key share them
    pages: dict[tuple[object, ...], Composed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Had:
    """Candidate papers that a chat has been shown."""

    ever: frozenset[str]
    #: those that are not shown again
    kept_back: frozenset[str]


class Composer:
    """Composes each chat's digest: its query and range, without papers that it has been shown."""

    def __init__(self, store: Store) -> None:
        self._tastes = TasteService(store)
        self._digests = DigestService(store, self._tastes)
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
        candidates = await self._known(
            snapshot, ListRange.MONTH if subscription.window is ListRange.MONTH else ListRange.WEEK
        )
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
        known = await self._range_snapshot(snapshot, subscription.window)
        matcher = await self._digests.matcher([asked(subscription, snapshot.as_of)], known.vectors)
        digest = digest_due(
            subscription,
            known.histories,
            known.days,
            snapshot.as_of,
            had.kept_back,
            ever_shown=had.ever,
            slot=due_at,
            matcher=matcher,
            taste=taste,
        )
        reason = shortfall(digest, snapshot.at, snapshot.newest)
        if reason is None:
            page = view.digest(digest, snapshot.states, snapshot.at, digest_id=digest.id, layout=subscription.layout)
        elif subscription.empty is EmptyDay.NOTHING:
            return Composed(None, digest.id, (), snapshot.at, reason)
        else:
            page = delivered.nothing(subscription, reason)
        ids = tuple(pick.trend.paper.id for pick in digest.picks)
        return Composed(
            delivered.delivered(page, subscription, due_at if late else None),
            digest.id,
            ids,
            snapshot.at,
            reason,
        )

    async def _range_snapshot(self, snapshot: DeliverySnapshot, window: ListRange) -> Snapshot:
        if window not in snapshot.snapshots:
            snapshot.snapshots[window] = await self._digests.snapshot(window, snapshot.as_of)
        return snapshot.snapshots[window]

    async def _known(self, snapshot: DeliverySnapshot, window: ListRange) -> frozenset[str]:
        if window not in snapshot.known:
            papers = await self._range_snapshot(snapshot, window)
            snapshot.known[window] = frozenset(history.paper.id for history in papers.histories)
        return snapshot.known[window]

    async def _read(self, moment: datetime) -> DeliverySnapshot:
        store = self._digests.store
        newest = await store.newest_observation_at(moment)
        as_of = known_at(moment, newest)
        return DeliverySnapshot(
            at=moment,
            as_of=as_of,
            newest=newest,
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
        subscription.layout,
    )
