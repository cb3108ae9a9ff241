"""Composes the digests of deliveries. Papers are read and ranked once for all chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.digests.composition import Snapshot
from bot.digests.composition import moment as known_at
from bot.digests.for_subscription import digest_due, kept_back_since
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

#: what is read serves all digests for so long
_FRESH = timedelta(minutes=1)
#: moments that are remembered: now, and those of deliveries that are tried again
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
    #: by surface and language, the page cut into messages: the same objects for all who get it, so that they can be
    #: rendered once
    parts: dict[tuple[str, str], Sequence[Page]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySnapshot:
    """What is known at a moment."""

    at: datetime
    as_of: datetime
    #: when anything had been observed last; None for never
    newest: datetime | None
    states: Sequence[SourceState]
    #: list days that were read after they had ended
    complete: Set[date]
    snapshots: dict[ListRange, Snapshot] = field(default_factory=dict)
    #: chats that may have a taste of their own
    tasting: Set[Chat]
    #: ids of the papers in the snapshots
    known: dict[ListRange, frozenset[str]] = field(default_factory=dict)
    #: pages that serve all chats with the same wish that have been shown the same
    pages: dict[tuple[object, ...], Composed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Had:
    """Candidate papers that a chat has been shown."""

    ever: frozenset[str]
    #: those that do not come again
    kept_back: frozenset[str]


class Composer:
    """Composes each chat's digest: its query and range, without papers that it has been shown."""

    def __init__(self, store: Store) -> None:
        self._tastes = TasteService(store)
        self._digests = DigestService(store, self._tastes)
        self._editions: dict[datetime, DeliverySnapshot] = {}

    async def edition(self, moment: datetime, *, exactly: bool = False) -> DeliverySnapshot:
        """Return what was known at a moment, or up to a minute before unless `exactly`."""
        for at, edition in self._editions.items():
            if at == moment or (not exactly and timedelta(0) <= moment - at < _FRESH):
                return edition
        if len(self._editions) >= _REMEMBERED:
            del self._editions[next(iter(self._editions))]
        self._editions[moment] = edition = await self._read(moment)
        return edition

    async def compose(
        self,
        subscription: Subscription,
        shown: Mapping[str, datetime],
        edition: DeliverySnapshot,
        due_at: datetime,
        *,
        late: bool = False,
    ) -> Composed:
        """Return the digest that was due at a moment; its page says if it is `late`."""
        candidates = await self._known(
            edition, ListRange.MONTH if subscription.window is ListRange.MONTH else ListRange.WEEK
        )
        since = kept_back_since(subscription, edition.at)
        had = _Had(
            ever=frozenset(id for id in candidates if id in shown),
            kept_back=frozenset(id for id in candidates if id in shown and (since is None or shown[id] >= since)),
        )
        taste = await self._digests.taste(subscription, edition.at) if subscription.chat in edition.tasting else None
        # what one taste ordered is shown to no other chat
        whose = (subscription.chat, taste.version, taste.strength) if taste else None
        key = (*_wish(subscription), had, due_at, late, whose)
        if key not in edition.pages:
            edition.pages[key] = await self._compose(subscription, had, edition, due_at, taste, late=late)
        return edition.pages[key]

    async def _compose(
        self,
        subscription: Subscription,
        had: _Had,
        edition: DeliverySnapshot,
        due_at: datetime,
        taste: Taste | None,
        *,
        late: bool,
    ) -> Composed:
        known = await self._snapshot(edition, subscription.window)
        digest = digest_due(
            subscription,
            known.histories,
            known.days,
            edition.as_of,
            had.kept_back,
            ever_shown=had.ever,
            slot=due_at,
            taste=taste,
        )
        reason = shortfall(digest, edition.at, edition.newest)
        if reason is None:
            page = view.digest(digest, edition.states, edition.at, digest_id=digest.id, layout=subscription.layout)
        elif subscription.empty is EmptyDay.NOTHING:
            return Composed(None, digest.id, (), edition.at, reason)
        else:
            page = delivered.nothing(subscription, reason)
        ids = tuple(pick.trend.paper.id for pick in digest.picks)
        return Composed(
            delivered.delivered(page, subscription, due_at if late else None), digest.id, ids, edition.at, reason
        )

    async def _snapshot(self, edition: DeliverySnapshot, window: ListRange) -> Snapshot:
        if window not in edition.snapshots:
            edition.snapshots[window] = await self._digests.snapshot(window, edition.as_of)
        return edition.snapshots[window]

    async def _known(self, edition: DeliverySnapshot, window: ListRange) -> frozenset[str]:
        if window not in edition.known:
            snapshot = await self._snapshot(edition, window)
            edition.known[window] = frozenset(history.paper.id for history in snapshot.histories)
        return edition.known[window]

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
