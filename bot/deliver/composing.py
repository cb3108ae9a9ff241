"""What a delivery brings. The papers of a moment are read and ranked once for all who get them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.commands.engine import Engine
from bot.models import EmptyDay, History, SourceState, Subscription, Window
from bot.page import Page
from bot.store import Store
from bot.subscribing import best_of_week, digest_for, kept_back_since
from bot.views import delivered
from bot.views import trending as view

#: what is read serves all digests for so long
_FRESH = timedelta(minutes=1)
#: list days that are looked at to find where a window begins
_DAYS = 60
#: moments that are remembered: now, and those of deliveries that are tried again
_REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Composed:
    """A digest, ready to be shown; without a page where there is nothing to say."""

    page: Page | None
    digest_id: str
    paper_ids: tuple[str, ...]
    #: the moment as of which it was composed
    at: datetime
    #: by surface, the page cut into messages: the same objects for all who get it, so that they can be rendered once
    parts: dict[str, Sequence[Page]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is known at a moment."""

    at: datetime
    as_of: datetime
    days: Sequence[date]
    states: Sequence[SourceState]
    #: list days that were read after they had ended
    complete: Set[date]
    histories: dict[Window, list[History]] = field(default_factory=dict)
    #: ids of the papers among the histories
    known: dict[Window, frozenset[str]] = field(default_factory=dict)
    #: pages that serve all chats with the same wish that have been shown the same
    pages: dict[tuple[object, ...], Composed] = field(default_factory=dict)


class Composer:
    """Composes each chat's own digest: its query, its window, without what it has been shown."""

    def __init__(self, store: Store) -> None:
        self._engine = Engine(store)
        self._editions: dict[datetime, Edition] = {}

    async def edition(self, moment: datetime, *, exactly: bool = False) -> Edition:
        """What was known at a moment, or up to a minute before unless it must be `exactly` then."""
        for at, edition in self._editions.items():
            if at == moment or (not exactly and timedelta(0) <= moment - at < _FRESH):
                return edition
        if len(self._editions) >= _REMEMBERED:
            del self._editions[next(iter(self._editions))]
        self._editions[moment] = edition = await self._read(moment)
        return edition

    async def compose(
        self, subscription: Subscription, shown: Mapping[str, datetime], edition: Edition, late_since: datetime | None
    ) -> Composed:
        """The digest and its page; `late_since` is when it was due, where that is long past."""
        candidates = await self._known(edition, Window.MONTH if subscription.window is Window.MONTH else Window.WEEK)
        since = kept_back_since(subscription, edition.at)
        had = frozenset(id for id in candidates if id in shown and (since is None or shown[id] >= since))
        key = (*_wish(subscription), had, late_since)
        if key not in edition.pages:
            edition.pages[key] = await self._compose(subscription, had, edition, late_since)
        return edition.pages[key]

    async def _compose(
        self, subscription: Subscription, had: Set[str], edition: Edition, late_since: datetime | None
    ) -> Composed:
        histories = await self._histories(edition, subscription.window)
        digest = digest_for(subscription, histories, edition.days, edition.as_of, had)
        if not digest.picks and subscription.empty is EmptyDay.BEST:
            week = await self._histories(edition, Window.WEEK)
            digest = best_of_week(subscription, week, edition.days, edition.as_of, had)
        if not digest.picks and subscription.empty is EmptyDay.NOTHING:
            return Composed(None, digest.id, (), edition.at)
        page = view.digest(digest, edition.states, edition.at) if digest.picks else delivered.nothing(subscription)
        ids = tuple(pick.trend.paper.id for pick in digest.picks)
        return Composed(delivered.delivered(page, subscription, late_since), digest.id, ids, edition.at)

    async def _histories(self, edition: Edition, window: Window) -> list[History]:
        if window not in edition.histories:
            histories = await self._engine.histories(window, edition.as_of)
            # lists have no moments: a paper of which nothing was seen by then was put on its list later
            edition.histories[window] = [history for history in histories if history.observations]
        return edition.histories[window]

    async def _known(self, edition: Edition, window: Window) -> frozenset[str]:
        if window not in edition.known:
            histories = await self._histories(edition, window)
            edition.known[window] = frozenset(history.paper.id for history in histories)
        return edition.known[window]

    async def _read(self, moment: datetime) -> Edition:
        store = self._engine.store
        as_of = await self._engine.as_of(moment)
        return Edition(
            at=moment,
            as_of=as_of,
            days=await store.listed_days(as_of.date(), _DAYS),
            states=await store.sources.all(),
            complete=await store.complete_days(moment.date() - timedelta(days=7)),
        )


def _wish(subscription: Subscription) -> tuple[object, ...]:
    return (
        subscription.query,
        subscription.schedule,
        subscription.size,
        subscription.threshold,
        subscription.empty,
        subscription.next_at,
    )
