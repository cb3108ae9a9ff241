"""Subscriptions and deliveries in all chats that a person manages: those of a server, or those known to be theirs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.requests import Chat, ChatDetails, Reach, Request
from bot.domain.schedule import zone
from bot.domain.spreading import NOT_SPREAD, Spreading
from bot.domain.standings import ChatDeliveries, ChatStandings, Overview, Standing
from bot.domain.subscriptions import Subscription
from bot.services.slot_windows import standings_with_windows
from bot.storage import Store

#: subscriptions on one page of the overview
ON_A_PAGE = 10
#: rows of the ledger among which today's are looked for
_LOOKED_AT = 500
#: local dates begin up to this long before and after those of UTC
_ANY_ZONE = timedelta(days=1)
_OVER = frozenset({DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class ManagedChatService:
    """Reads several chats at once. Which chats a person manages is said by the request; nothing is checked here."""

    store: Store
    spreading: Spreading = NOT_SPREAD

    async def overview(self, request: Request, page: int) -> Overview | None:
        """Return a page of the overview, counted from 1; None if there are no subscriptions in other chats."""
        known = await self._known(request)
        if all(each.subscription.chat == request.chat for each in known):
            return None
        details = await self._details(request, known)
        ordered = _ordered(known, details)
        pages = -(-len(ordered) // ON_A_PAGE)
        page = min(max(page, 1), pages)
        shown = await self._with_deliveries(ordered[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
        return Overview(
            chats=tuple(ChatStandings(details[chat], tuple(some)) for chat, some in _by_chat(shown).items()),
            subscriptions=len(known),
            places=len({each.subscription.chat for each in known}),
            attention=sum(_rank(each.subscription) == 0 for each in known),
            of_server=request.reach is not None and bool(request.reach.space),
            before=(page - 1) * ON_A_PAGE,
            page=page,
            pages=pages,
        )

    async def today(self, request: Request, now: datetime) -> list[ChatDeliveries] | None:
        """Return what waits or was not sent today, by chat; None if there are no subscriptions in other chats."""
        known = await self._known(request)
        if all(each.subscription.chat == request.chat for each in known):
            return None
        details = await self._details(request, known)
        places = {each.subscription.chat.id for each in known}
        since = (now - _ANY_ZONE).date()
        rows = await self.store.deliveries.recent_at(request.chat.surface, places, since, _LOOKED_AT)
        theirs = {each.subscription.id: each.subscription for each in known}
        found: dict[Chat, list[tuple[Delivery, Subscription | None]]] = defaultdict(list)
        for row in rows:
            subscription = theirs.get(row.subscription_id)
            if row.state is not DeliveryState.SENT and row.chat in details and _is_todays(row, subscription, now):
                found[row.chat].append((row, subscription))
        return [ChatDeliveries(details[chat], tuple(some)) for chat, some in found.items()]

    async def chats(self, request: Request) -> list[ChatDetails]:
        """Return the other chats with subscriptions, by name."""
        known = [each for each in await self._known(request) if each.subscription.chat != request.chat]
        reachable = [each for each in known if _rank(each.subscription) != 0]
        found = await self._details(request, reachable)
        return sorted(found.values(), key=lambda each: (each.name.casefold(), each.chat.id, each.chat.thread))

    async def remember(self, details: ChatDetails | None, now: datetime) -> None:
        """Save the name and the server of a chat that has subscriptions."""
        if details is not None and await self.store.known_chats.get(details.chat) != details:
            await self.store.known_chats.put([details], now)

    async def is_own_lost(self, chat: Chat, person: str) -> bool:
        """Return whether a person has subscribed in a chat to something that needs attention."""
        theirs = await self.store.subscriptions.of(chat)
        return any(each.person == person and _rank(each) == 0 for each in theirs)

    async def name(self, request: Request) -> ChatDetails:
        """Return what is known of the chat of a request."""
        return request.details or await self.store.known_chats.get(replace(request.chat, thread=""))

    async def _known(self, request: Request) -> list[Standing]:
        """Return the subscriptions of every chat, numbered as their chat counts them."""
        surface, reach = request.chat.surface, request.reach or Reach()
        ids = {request.chat.id, *reach.chats}
        if reach.space:
            ids |= (await self.store.known_chats.in_space(surface, reach.space)).keys()
        lost = [] if reach.space else await self._own_lost(request, ids)
        found = await self.store.subscriptions.at(surface, ids | {each.chat.id for each in lost})
        numbers: Counter[Chat] = Counter()
        own = {each.id for each in lost}
        known = []
        for each in found:
            numbers[each.chat] += 1
            if each.chat.id in ids or each.id in own:
                known.append(Standing(numbers[each.chat], each))
        return known

    async def _own_lost(self, request: Request, ids: Iterable[str]) -> list[Subscription]:
        """Return what the person has subscribed to in chats that cannot be asked any more who manages them."""
        if not request.person or not request.direct:
            return []
        theirs = await self.store.subscriptions.by_person(request.chat.surface, request.person)
        return [each for each in theirs if each.chat.id not in set(ids) and _rank(each) == 0]

    async def _details(self, request: Request, known: Sequence[Standing]) -> dict[Chat, ChatDetails]:
        chats = {each.subscription.chat for each in known}
        found = await self.store.known_chats.of(request.chat.surface, {chat.id for chat in chats})
        return {chat: replace(found.get(chat.id, ChatDetails(chat)), chat=chat) for chat in chats}

    async def _with_deliveries(self, standings: Sequence[Standing]) -> list[Standing]:
        standings = await standings_with_windows(self.store, self.spreading, standings)
        rows = await self.store.deliveries.newest_of([each.subscription.id for each in standings])
        last = {row.subscription_id: row for row in rows if row.state in _OVER}
        waiting = {row.subscription_id: row for row in rows if row.state not in _OVER}
        return [
            replace(each, last=last.get(each.subscription.id), open=waiting.get(each.subscription.id))
            for each in standings
        ]


def _rank(subscription: Subscription) -> int:
    """Return 0 if a subscription needs attention, 1 if a person has paused it, 2 if it runs."""
    if subscription.paused is None:
        return 2
    return 0 if subscription.paused.needs_attention else 1


def _ordered(known: Sequence[Standing], details: Mapping[Chat, ChatDetails]) -> list[Standing]:
    """Return the subscriptions by chat, first the chats with one that needs attention."""
    worst: dict[Chat, int] = {}
    for each in known:
        chat, rank = each.subscription.chat, _rank(each.subscription)
        worst[chat] = min(worst.get(chat, rank), rank)

    def place(standing: Standing) -> tuple[int, str, str, str, int, int]:
        chat = standing.subscription.chat
        name = details[chat].name.casefold()
        return worst[chat], name, chat.id, chat.thread, _rank(standing.subscription), standing.number

    return sorted(known, key=place)


def _by_chat(standings: Iterable[Standing]) -> dict[Chat, list[Standing]]:
    found: dict[Chat, list[Standing]] = defaultdict(list)
    for each in standings:
        found[each.subscription.chat].append(each)
    return found


def _is_todays(delivery: Delivery, subscription: Subscription | None, now: datetime) -> bool:
    """Return whether it is still open, or counts for the present day of its schedule."""
    if delivery.state not in _OVER or subscription is None:
        return True
    return delivery.local_date >= now.astimezone(zone(subscription.schedule.zone)).date()
