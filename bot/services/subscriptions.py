"""Subscriptions of a chat: list, resolve, change, pause, resume and remove them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.digests.composition import BRIEF_SIZE
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.errors import BadArgument, NotFound
from bot.domain.features import Feature, supports
from bot.domain.i18n import Translatable, lines, tr, tr_n
from bot.domain.requests import Chat
from bot.domain.schedule import DEFAULT_AT, WEEKDAYS, Schedule
from bot.domain.schedule.slots import next_slot
from bot.domain.spreading import NOT_SPREAD, Spreading
from bot.domain.standings import ChangedSubscription, Standing
from bot.domain.subscriptions import Pause, Subscription
from bot.domain.text import keyword, shorten
from bot.messages.pauses import why_paused
from bot.query.subscriptions.format import mark_of, show
from bot.query.subscriptions.parser import change, read
from bot.query.subscriptions.spec import SubscriptionSpec
from bot.services.categories import require_served
from bot.services.slot_windows import with_window, with_windows
from bot.storage import Store
from bot.storage.subscriptions import NOTICE_AFTER

#: the argument that means every subscription
ALL = "all"
#: subscriptions in one chat
MOST = 25
#: attempts to apply an edit when others change the same subscription at the same time
_MOST_CONFLICTS = 5
#: rows of the ledger in which a chat's newest outcomes are looked for
_LOOKED_AT = 200
_LONGEST_QUOTE = 60
_BY_NUMBER = re.compile(r"#?([0-9]{1,6})\.?")
_BY_ID = re.compile(r"id:([0-9]{1,18})", re.IGNORECASE)
#: pauses that end when the platform says that something can be sent again
_BY_PLATFORMS = frozenset({Pause.PLATFORM, Pause.OTHER})
_OVER = frozenset({DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class SubscriptionService:
    """Reads and changes the subscriptions of a chat. Whether somebody may do that is decided by the caller."""

    store: Store
    #: categories that the sources list in full
    listed: Set[str] = frozenset()
    spreading: Spreading = NOT_SPREAD

    async def with_last_delivery(self, chat: Chat) -> list[Standing]:
        """Return the chat's subscriptions in its order, each with its newest finished and its open delivery."""
        subscriptions = await with_windows(self.store, self.spreading, await self.store.subscriptions.of(chat))
        ledger = await self.store.deliveries.of(chat, _LOOKED_AT) if subscriptions else []
        over = sorted((each for each in ledger if each.state in _OVER), key=lambda each: each.due_at)
        last = {delivery.subscription_id: delivery for delivery in over}
        waiting = {each.subscription_id: each for each in reversed(ledger) if each.state not in _OVER}
        return [
            Standing(number, each, last.get(each.id), waiting.get(each.id))
            for number, each in enumerate(subscriptions, 1)
        ]

    async def numbered(self, subscription: Subscription) -> Standing:
        """Return a subscription with its number in its chat. Raise `NotFound` if it is gone."""
        (found,) = _by_id(await self.with_last_delivery(subscription.chat), subscription.id)
        return found

    async def deliveries_by_date(self, subscription: Subscription) -> Mapping[date, Delivery]:
        """Return the subscription's deliveries by local date: none of these dates can have another digest."""
        ledger = await self.store.deliveries.of(subscription.chat, _LOOKED_AT)
        return {delivery.local_date: delivery for delivery in ledger if delivery.subscription_id == subscription.id}

    async def next_at(self, subscription: Subscription, now: datetime) -> datetime:
        """Return the next slot of a subscription on a date that has had no digest yet."""
        return next_slot(subscription.schedule, now, await self.deliveries_by_date(subscription))

    async def add_missing(self, chat: Chat, wanted: Mapping[str, Subscription]) -> list[str]:
        """Add the subscriptions that the chat does not have, and return their words.

        `wanted` has them by the words that `show` gives. Raise `BadArgument` if they are too many; then none is added.
        """
        there = await self.store.subscriptions.of(chat)
        known = {show(each) for each in there}
        new = [words for words in wanted if words not in known]
        require_room(len(there), len(new))
        for words in new:
            await self.store.subscriptions.add(wanted[words])
        return new

    async def edit(self, standing: Standing, words: str, now: datetime) -> ChangedSubscription:
        """Change what the words say and nothing else. Raise `BadArgument` if they change nothing."""
        spec = validated(change(words, now), standing.subscription.chat.surface)
        if not spec:
            raise BadArgument(
                tr("“{words}” doesn't change anything.", words=shorten(words, _LONGEST_QUOTE)),
                tr("Say what to change, for example {examples}.", examples="at 18:30, top 5"),
            )
        for _ in range(_MOST_CONFLICTS):
            if changed := await self._change(standing, spec.over(standing.subscription), now):
                return changed
            # somebody else has just changed another setting, which is kept
            standing = await self._again(standing)
        raise _changed_meanwhile(standing)

    async def set(self, standing: Standing, words: str, now: datetime, mark: str = "") -> ChangedSubscription:
        """Change every setting to what the words say, else to its default; the schedule keeps what is not said.

        `mark` is that of the settings from which the words were made, empty if unknown. Raise `BadArgument` if they
        have changed since.
        """
        before = standing.subscription
        if mark and mark != mark_of(show(before)):
            raise _changed_meanwhile(standing)
        defaults = Subscription(
            id=before.id,
            chat=before.chat,
            schedule=before.schedule,
            next_at=before.next_at,
            paused=before.paused,
            paused_detail=before.paused_detail,
            created_at=before.created_at,
            person=before.person,
        )
        changed = await self._change(standing, validated(read(words, now), before.chat.surface).over(defaults), now)
        if changed is None:
            raise _changed_meanwhile(await self._again(standing))
        return changed

    async def move(self, standing: Standing, to: Chat, now: datetime) -> Standing:
        """Send a subscription to another chat. One that was paused as its chat was unreachable runs again.

        Raise `BadArgument` if it is there already or there is no room.
        """
        subscription = standing.subscription
        there = await self.store.subscriptions.of(to)
        end = f"/unsubscribe {standing.number}"
        if any(show(each) == show(subscription) for each in there):
            raise BadArgument(
                tr("The same subscription is already there."),
                tr("To end the one here, use {command}.", command=end),
            )
        require_room(len(there), 1)
        moved = replace(subscription, chat=to)
        if subscription.paused in _BY_PLATFORMS:
            moved = replace(moved, paused=None, paused_detail="", next_at=await self.next_at(subscription, now))
        if not await self.store.subscriptions.move(subscription.id, to):
            raise _ended()
        if moved.next_at and subscription.paused:
            await self.store.subscriptions.resume(subscription.id, moved.next_at)
        return await self.numbered(moved)

    async def _again(self, standing: Standing) -> Standing:
        """Return a subscription as it is now, with its number. Raise `NotFound` if it is gone."""
        subscription = await self.store.subscriptions.get(standing.subscription.id)
        # one that has ended is not in its chat either, and is reported as such
        return await self.numbered(subscription or standing.subscription)

    async def _change(self, standing: Standing, after: Subscription, now: datetime) -> ChangedSubscription | None:
        """Return what was changed; None if nothing was, as the subscription was changed or ended in the meantime."""
        before, served = standing.subscription, None
        if after.query != before.query:
            await require_served(self.store, self.listed, after.query, now)
        if after.schedule != before.schedule and not before.paused:
            had = await self.deliveries_by_date(before)
            served = had.get(after.schedule.local_date(next_slot(after.schedule, now)))
            after = replace(after, next_at=next_slot(after.schedule, now, had))
            after = await with_window(self.store, self.spreading, after)
        if not await self.store.subscriptions.change(after, before):
            return None
        return ChangedSubscription(before, replace(standing, subscription=after), served)

    async def pause(self, found: Sequence[Standing], now: datetime) -> list[Standing]:
        """Pause subscriptions for a person, and return those that were running."""
        running = [each for each in found if not each.subscription.paused]
        for each in running:
            await self.store.subscriptions.pause(each.subscription.id, Pause.PERSON, now)
        return running

    async def resume(self, found: Sequence[Standing], now: datetime) -> list[Standing]:
        """Resume subscriptions from their next slot on, and return those that were paused, as they are now.

        Raise `BadArgument` for one that must be changed first.
        """
        resumed = []
        for each in found:
            subscription = each.subscription
            if subscription.paused:
                next_at = await self.next_at(subscription, now)
                if not await self.store.subscriptions.resume(subscription.id, next_at):
                    edit = f"/subscriptions edit {each.number} daily at 9:00 Europe/Berlin top 10"
                    raise BadArgument(
                        tr(
                            "I can't resume subscription {number}: {reason}.",
                            number=each.number,
                            reason=why_paused(subscription),
                        ),
                        tr("Set it again first: {command}", command=edit),
                    )
                running = replace(subscription, paused=None, paused_detail="", next_at=next_at)
                resumed.append(replace(each, subscription=running))
        return resumed

    async def pause_for_platform(self, surface: str, places: Collection[str], reason: str, now: datetime) -> int:
        """Pause what is sent to places (`Chat.id`) that a platform refuses, and return how many were running."""
        found = await self.store.subscriptions.at(surface, places)
        running = [each for each in found if not each.paused]
        for each in running:
            await self.store.subscriptions.pause(each.id, Pause.PLATFORM, now, reason)
        return len(running)

    async def resume_for_platform(self, surface: str, places: Collection[str], now: datetime) -> int:
        """Resume what was paused for the platform, not what a person paused, and return how many those were."""
        found = await self.store.subscriptions.at(surface, places)
        resting = [each for each in found if each.paused in _BY_PLATFORMS]
        for each in resting:
            await self.store.subscriptions.resume(each.id, await self.next_at(each, now), notice_at=now + NOTICE_AFTER)
        return len(resting)

    async def remove(self, found: Sequence[Standing]) -> None:
        """End subscriptions."""
        for each in found:
            await self.store.subscriptions.remove(each.subscription.id)


def validated(spec: SubscriptionSpec, surface: str) -> SubscriptionSpec:
    """Return the spec. Raise `BadArgument` if something in it cannot be met, or not on this surface."""
    if spec.complaints:
        raise BadArgument(
            lines(*spec.complaints),
            tr("Nothing was changed. See {command} for examples.", command="/help subscribe"),
        )
    if spec.living and not supports(surface, Feature.EDITS):
        raise BadArgument(
            tr("I can't change a digest after I've sent it here, so {option} isn't possible.", option="living:yes"),
            tr("Send it again without {option}.", option="living:yes"),
        )
    if spec.discussion and not supports(surface, Feature.THREADS):
        raise BadArgument(
            tr("I can't open threads here, so {option} isn't possible.", option="thread:yes"),
            tr("Send it again without {option}.", option="thread:yes"),
        )
    return spec


def blank(chat: Chat, zone: str, now: datetime) -> Subscription:
    """Return the subscription of a chat that says nothing but its time zone."""
    schedule = Schedule(at=DEFAULT_AT, zone=zone, days=WEEKDAYS)
    return Subscription(chat=chat, schedule=schedule, size=BRIEF_SIZE, created_at=now)


def zone_of(spec: SubscriptionSpec, others: Sequence[Subscription]) -> tuple[str, str]:
    """Return the zone that a spec names, else that of the chat's newest subscription and where it comes from.

    Both are empty where nothing says a zone.
    """
    if spec.when.zone or not others:
        return spec.when.zone or "", ""
    return others[-1].schedule.zone, tr("same as subscription {number}", number=len(others))


def require_room(there: int, coming: int) -> None:
    """Raise `BadArgument` if a chat would have too many subscriptions."""
    if there + coming > MOST:
        raise BadArgument(
            tr(
                "A chat can have {most} subscriptions. This one already has {there}, so I can't add {new}.",
                most=MOST,
                there=there,
                new=coming,
            ),
            tr("End one with {end}; {list} lists them.", end="/unsubscribe", list="/subscriptions"),
        )


def resolve(known: Sequence[Standing], argument: str, now: datetime) -> Sequence[Standing]:
    """Return those that are meant: by number, by id, by the words that they were subscribed with, "all", or nothing.

    Nothing means all of them, too; a caller that needs a single one has to ask. Raise `NotFound` or `BadArgument`.
    """
    if not known:
        raise NotFound(
            tr("No subscriptions here yet."),
            tr("Add one: {command}", command="/subscribe agents at 9:00 Europe/Berlin"),
        )
    pointed = keyword(argument)
    if pointed in ("", ALL):
        return known
    if number := _BY_NUMBER.fullmatch(pointed):
        return _by_number(known, int(number[1]))
    if id := _BY_ID.fullmatch(pointed):
        return _by_id(known, int(id[1]))
    spec = validated(read(argument, now), known[0].subscription.chat.surface)
    if found := [each for each in known if spec and spec.fits(each.subscription)]:
        return found
    raise NotFound(
        tr("This chat has no subscription “{words}”.", words=shorten(argument, _LONGEST_QUOTE)), _numbers(known)
    )


def points(argument: str) -> bool:
    """Return whether it is a number, an id or "all", and no words."""
    pointed = keyword(argument)
    return pointed == ALL or bool(_BY_NUMBER.fullmatch(pointed) or _BY_ID.fullmatch(pointed))


def _by_number(known: Sequence[Standing], number: int) -> Sequence[Standing]:
    if 1 <= number <= len(known):
        return [known[number - 1]]
    raise NotFound(tr("There is no subscription {number} here.", number=number), _numbers(known))


def _by_id(known: Sequence[Standing], id: int) -> Sequence[Standing]:
    if found := [each for each in known if each.subscription.id == id]:
        return found
    raise _ended()


def _ended() -> NotFound:
    return NotFound(
        tr("This subscription no longer exists."), tr("See the others: {command}", command="/subscriptions")
    )


def _changed_meanwhile(standing: Standing) -> BadArgument:
    command = f"/subscriptions show {standing.number}"
    return BadArgument(
        tr(
            "Somebody else has just changed subscription {number}. Your changes were not saved.", number=standing.number
        ),
        tr("See what it is now, and change it again: {command}", command=command),
    )


def _numbers(known: Sequence[Standing]) -> Translatable:
    return tr_n(
        "There is only subscription 1. See it with {command}.",
        "Choose a number from 1 to {count}. See them with {command}.",
        len(known),
        command="/subscriptions",
    )
