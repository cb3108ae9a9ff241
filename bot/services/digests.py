"""Digests: rankings, the digest of a subscription, previews and forecasts; a cache of popular answers."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.digests.candidates import Matcher, listed_between, relevances
from bot.digests.composition import Digest, Snapshot, compose, moment
from bot.digests.for_subscription import asked, digest_due, kept_back_since
from bot.digests.forecasts import Forecast, carried_from, replayed
from bot.digests.list_states import CategoryLists
from bot.digests.matching import asked_for
from bot.digests.news import NewsRule
from bot.digests.shortfall import Shortfall, shortfall
from bot.digests.taste import Taste
from bot.domain.days import shifted
from bot.domain.papers import ListRange
from bot.domain.schedule.slots import past_week
from bot.domain.subscriptions import Subscription
from bot.domain.taste import Strength
from bot.domain.trending import Sort, Trend, first_day, rank
from bot.query import Query, show
from bot.services.cache import TTLCache
from bot.services.paper_signals import ALL_SIGNALS, ScoredSignals, with_signals
from bot.services.taste import TasteService
from bot.services.topic_meaning import TopicMeaning
from bot.storage import Store

#: list days that are looked at to find a window's first day
_DAYS = 60
#: how far back the speed of votes is measured
SPEED = timedelta(days=9)
#: days before a window that a digest of it can reach back to: the list of the slot before, and late risers
_BEFORE = timedelta(days=5)
#: how long opinions of other processes may be missing from cached answers
_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ranking:
    """The papers of the last week, best first, as of a moment."""

    trends: Sequence[Trend]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """The digest that a subscription would bring now."""

    digest: Digest
    #: why it is empty; None if it is not
    shortfall: Shortfall | None


@dataclass(frozen=True, slots=True)
class DigestService:
    """Reads snapshots of the store and composes digests from them. Popular answers are cached for a minute."""

    store: Store
    #: the taste of chats; None if no digest depends on it
    tastes: TasteService | None = None
    #: what orders papers without votes besides the query
    scored: ScoredSignals = ALL_SIGNALS
    #: None for what is stored
    meaning: TopicMeaning | None = None
    cache: TTLCache[Digest] = field(default_factory=lambda: TTLCache(time.monotonic, seconds=_KEPT_SECONDS, most=64))
    rankings: TTLCache[Ranking] = field(
        default_factory=lambda: TTLCache(time.monotonic, seconds=_KEPT_SECONDS, most=16)
    )

    async def as_of(self, now: datetime, query: str = "") -> datetime:
        """Return the moment to answer for: `now`, or the last answer of a query's sources if that is long past."""
        return moment(now, await self._newest(now, query))

    async def _newest(self, now: datetime, query: str) -> datetime | None:
        observed = await self.store.newest_observation_at(now)
        return CategoryLists(await self.store.category_lists.all()).newest(query, observed, now)

    async def snapshot(self, window: ListRange, as_of: datetime, since: datetime | None = None) -> Snapshot:
        """Return what is known of the papers that a digest of a window can bring at `as_of`.

        Serves the digests from `since` to `as_of`, if that is given.
        """
        since = since or as_of
        days = await self.store.listed_days(as_of.date(), _DAYS)
        first = shifted(min(first_day(each, since.date(), days) for each in (window, ListRange.WEEK)), -_BEFORE)
        histories = await self.store.histories(first, as_of.date(), since - SPEED)
        vectors = await self.topic_meaning.papers([history.paper.id for history in histories])
        histories = await with_signals(self.store, histories, self.scored)
        return Snapshot(days=days, histories=histories, vectors=vectors)

    async def matcher(self, queries: Collection[Query], vectors: Mapping[str, bytes]) -> Matcher:
        """Return the matcher of these queries by words and meaning; `vectors` are those of papers."""
        return (await self.topic_meaning.closeness(queries, vectors)).relevance_of

    @property
    def topic_meaning(self) -> TopicMeaning:
        """What is known of the meaning of papers and topics."""
        return self.meaning or TopicMeaning(self.store)

    async def digest(
        self, window: ListRange, sort: Sort, query: Query, now: datetime, taste: Taste | None = None
    ) -> Digest:
        """Return what is trending; from a cache of one minute; concurrent identical requests share one computation."""

        async def make() -> Digest:
            as_of = await self.as_of(now, show(query))
            known = await self.snapshot(window, as_of)
            matcher = await self.matcher([query], known.vectors)
            return compose(
                known.histories,
                known.days,
                as_of,
                window=window,
                sort=sort,
                query=query,
                matcher=matcher,
                taste=taste,
            )

        whose = (taste.version, taste.strength, taste.open) if taste else None
        return await self.cache.get((window, sort, query, whose, *self._known(now)), make)

    async def coming(
        self, subscription: Subscription, as_of: datetime, shown: Mapping[str, datetime], taste: Taste | None = None
    ) -> Digest:
        """Return what a subscription brings at a moment to a chat that has been shown papers, each at its moment."""
        known = await self.snapshot(subscription.window, as_of)
        since = kept_back_since(subscription, as_of)
        kept_back = {id for id, at in shown.items() if since is None or at >= since}
        matcher = await self.matcher([asked(subscription, as_of)], known.vectors)
        return digest_due(
            subscription,
            known.histories,
            known.days,
            as_of,
            kept_back,
            ever_shown=shown.keys(),
            matcher=matcher,
            taste=taste,
        )

    async def ranking(self, now: datetime, query: Query | None = None) -> Ranking:
        """Return the papers of the last week, ranked; up to a minute old. With a query only those that match it."""

        async def make() -> Ranking:
            as_of = await self.as_of(now, show(query) if query else "")
            known = await self.snapshot(ListRange.WEEK, as_of)
            first = first_day(ListRange.WEEK, as_of.date(), known.days)
            if query is None:
                return Ranking(rank(listed_between(known.histories, first, as_of), as_of), as_of)
            rule = NewsRule.of(query, known.histories)
            listed = listed_between(known.histories, first, as_of, rule)
            matcher = await self.matcher([query], known.vectors)
            found = relevances(listed, query, as_of, matcher, rule=rule)
            matching = [history for history in listed if history.paper.id in found]
            # as in a daily digest, which reaches back to papers of the week too
            return Ranking(rank(matching, as_of, window=ListRange.DAY, asked=asked_for(query, found)), as_of)

        return await self.rankings.get((query, *self._known(now)), make)

    async def forecast(self, subscription: Subscription, now: datetime) -> Forecast:
        """Return the digests of the last seven days, each as it would have been delivered at its own moment.

        What the chat had been shown before these days does not come, nor what the subscription would have brought then.
        """
        week = past_week(subscription.schedule, await self.as_of(now, subscription.query))
        moments = [slot.moment for slot in week if slot.moment]
        since = carried_from(subscription, min(moments))
        known = await self.snapshot(subscription.window, max(moments), since)
        lists = CategoryLists(await self.store.category_lists.all())
        shown = await self.store.shown_papers.moments(subscription.chat)
        before = {id: at for id, at in shown.items() if at < min(moments)}
        taste = await self.taste(subscription, now)
        matcher = await self.matcher([asked(subscription, now)], known.vectors)
        by_category = bool(lists.of(subscription.query))
        return replayed(subscription, week, known, before, taste, matcher=matcher, by_category=by_category)

    async def preview(self, subscription: Subscription, now: datetime) -> Preview:
        """Return the digest that a subscription would bring now; nothing is marked as shown."""
        shown = await self.store.shown_papers.moments(subscription.chat)
        taste = await self.taste(subscription, now)
        query = subscription.query
        digest = await self.coming(subscription, await self.as_of(now, query), shown, taste)
        late = CategoryLists(await self.store.category_lists.all()).late(query)
        return Preview(digest, shortfall(digest, now, await self._newest(now, query), late))

    async def taste(self, subscription: Subscription, now: datetime) -> Taste | None:
        """Return the taste that orders a subscription's digests; None if there is none."""
        if self.tastes is None or subscription.taste is Strength.OFF:
            return None
        return await self.tastes.of_chat(subscription.chat, now, subscription.taste)

    def _known(self, now: datetime) -> tuple[datetime, int]:
        """Return the part of a cache key that changes whenever an answer may: the minute, and what was learned here."""
        return now.replace(second=0, microsecond=0), self.store.learned
