"""Drafts: proposed subscriptions with their forecasts, stored until they are saved."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from bot.digests.for_subscription import asked
from bot.digests.forecasts import Forecast, Overlap, overlaps
from bot.digests.proposals import Proposal
from bot.domain.errors import NotFound
from bot.domain.i18n import tr
from bot.domain.requests import Chat
from bot.domain.schedule.slots import next_slot
from bot.domain.spreading import NOT_SPREAD, Spreading
from bot.domain.standings import Standing
from bot.domain.subscriptions import Subscription
from bot.domain.text import shorten
from bot.query import parse
from bot.query.subscriptions.format import mark_of, show
from bot.query.subscriptions.parser import read
from bot.query.subscriptions.spec import SubscriptionSpec, fewer, more
from bot.services.categories import note_on, require_served
from bot.services.digests import DigestService
from bot.services.slot_windows import with_window
from bot.services.subscriptions import blank, require_room, validated, zone_of
from bot.storage import Store

_NO_FORECAST = Forecast(())


@dataclass(frozen=True, slots=True)
class Located:
    """The subscription that a spec describes for a chat whose time zone is known."""

    subscription: Subscription
    #: where the zone comes from if the spec does not name it; empty if it does
    zone_from: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal that waits to be saved."""

    #: as `show` formats it, or as it was typed if it has no time zone yet
    words: str
    spec: SubscriptionSpec
    #: in UTC if the words name no zone
    subscription: Subscription


@dataclass(frozen=True, slots=True)
class SavedSubscription:
    """The saved subscription, or an identical one that existed."""

    standing: Standing
    #: False if the chat already had this subscription
    added: bool
    overlaps: tuple[Overlap, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftService:
    """Proposes subscriptions and saves them. A chat has one draft, the newest."""

    store: Store
    digests: DigestService
    #: categories that the sources list in full
    listed: Set[str] = frozenset()
    spreading: Spreading = NOT_SPREAD

    async def locate(self, chat: Chat, spec: SubscriptionSpec, now: datetime) -> Located | None:
        """Return what a spec describes; None if neither it nor the chat has a time zone. Raise `BadArgument`."""
        zone, zone_from = zone_of(validated(spec, chat.surface), await self.store.subscriptions.of(chat))
        return Located(spec.over(blank(chat, zone, now)), zone_from) if zone else None

    async def offer(
        self, subscription: Subscription, spec: SubscriptionSpec, now: datetime, zone_from: str = ""
    ) -> Proposal:
        """Return the proposal of a subscription with its forecast. Changes nothing."""
        subscription = replace(subscription, next_at=next_slot(subscription.schedule, now))
        subscription = await with_window(self.store, self.spreading, subscription)
        past = await self.digests.forecast(subscription, now)
        others = await self.store.subscriptions.of(subscription.chat)
        return Proposal(
            subscription=subscription,
            wish=spec,
            zone_from=zone_from,
            forecast=past,
            overlaps=await self._overlaps(subscription, past, others),
            mark=mark_of(show(subscription)),
            has_fewer=fewer(subscription, past.counts) is not None,
            has_more=more(subscription, past.counts) is not None,
            warning=await note_on(self.store, self.listed, parse(subscription.query, now.date())),
        )

    async def _overlaps(
        self, subscription: Subscription, past: Forecast, others: Sequence[Subscription]
    ) -> tuple[Overlap, ...]:
        wanted = [asked(each, subscription.created_at) for each in others]
        close = await self.digests.topic_meaning.between(wanted, [paper.id for paper in past.papers])
        return overlaps(subscription, past, others, close.relevance_of)

    async def propose(
        self, subscription: Subscription, spec: SubscriptionSpec, now: datetime, zone_from: str = ""
    ) -> Proposal:
        """Return the proposal of a subscription, and store it as the chat's draft."""
        offer = await self.offer(subscription, spec, now, zone_from)
        # last, because it begins a transaction
        await self.store.drafts.put(subscription.chat, show(subscription), now)
        return offer

    async def keep(self, chat: Chat, words: str, now: datetime) -> None:
        """Store words that lack a time zone as the chat's draft."""
        await self.store.drafts.put(chat, words, now)

    async def words(self, chat: Chat, now: datetime) -> str:
        """Return the words of the chat's draft; empty if there is none of the last two days."""
        return await self.store.drafts.get(chat, now)

    async def open(self, chat: Chat, mark: str, now: datetime) -> Draft:
        """Return the chat's draft. Raise `NotFound` if there is none, or if it is not the one of the mark."""
        words = await self.words(chat, now)
        if not words:
            raise NotFound(
                tr("There's nothing to save yet."),
                tr("Start with a topic and a time: {command}", command="/subscribe agents at 9:00 Europe/Berlin"),
            )
        if mark and mark != mark_of(words):
            raise NotFound(
                tr("These buttons are out of date."), tr("The newest proposal: {words}", words=shorten(words, 300))
            )
        spec = read(words, now)
        return Draft(words, spec, spec.over(blank(chat, spec.when.zone or "UTC", now)))

    async def save(
        self,
        subscription: Subscription,
        now: datetime,
        *,
        past: Forecast = _NO_FORECAST,
        draft: str = "",
        person: str = "",
    ) -> SavedSubscription:
        """Add a subscription of a person to its chat unless it is there already.

        `past` is looked through for overlaps. `draft` is the words of the draft that is saved, of whose overlaps the
        chat has been warned. Raise `NotFound` if somebody else has just saved it, `BadArgument` if the chat is full.
        """
        others = await self.store.subscriptions.of(subscription.chat)
        words = show(subscription)
        for number, each in enumerate(others, 1):
            if show(each) == words:
                return SavedSubscription(Standing(number, each), added=False)
        require_room(len(others), 1)
        if not draft:
            await require_served(self.store, self.listed, subscription.query, now)
        shared = await self._overlaps(subscription, past, others)
        await self.digests.topic_meaning.keep(asked(subscription, now), now)
        if draft and not await self.store.drafts.take(subscription.chat, draft):
            raise NotFound(
                tr("You've just saved this."), tr("See all subscriptions: {command}", command="/subscriptions")
            )
        next_at = next_slot(subscription.schedule, now)
        added = await self.store.subscriptions.add(replace(subscription, next_at=next_at, person=person))
        saved = await with_window(self.store, self.spreading, added)
        return SavedSubscription(Standing(len(others) + 1, saved), added=True, overlaps=shared)
