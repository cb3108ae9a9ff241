"""What the commands about subscriptions share: which subscription is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.errors import BadArgument, NotFound
from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.domain.text import keyword, shorten
from bot.messages.subscriptions import Standing
from bot.query.subscriptions.parser import read
from bot.query.subscriptions.spec import SubscriptionSpec
from bot.services.engine import Engine

#: what a person means who means every subscription
ALL = "all"
#: rows of the ledger in which a chat's newest outcomes are looked for
_LOOKED_AT = 200
_LONGEST_QUOTE = 60
_BY_NUMBER = re.compile(r"#?([0-9]{1,6})\.?")
_BY_ID = re.compile(r"id:([0-9]{1,18})", re.IGNORECASE)
_OVER = frozenset({DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNCERTAIN})


def validated(wish: SubscriptionSpec) -> SubscriptionSpec:
    """The wish; `BadArgument` where something in it cannot be met."""
    if wish.complaints:
        raise BadArgument("\n".join(wish.complaints), "Nothing was changed. /help subscribe shows how it is said.")
    return wish


async def with_last_delivery(engine: Engine, chat: Chat) -> list[Standing]:
    """The chat's subscriptions as it counts them, each with its newest outcome."""
    subscriptions = await engine.store.subscriptions.of(chat)
    ledger = await engine.store.deliveries.of(chat, _LOOKED_AT) if subscriptions else []
    over = sorted((each for each in ledger if each.state in _OVER), key=lambda each: each.due_at)
    last = {delivery.subscription_id: delivery for delivery in over}
    waiting = {each.subscription_id: each for each in reversed(ledger) if each.state not in _OVER}
    return [
        Standing(number, each, last.get(each.id), waiting.get(each.id)) for number, each in enumerate(subscriptions, 1)
    ]


async def deliveries_by_date(engine: Engine, subscription: Subscription) -> Mapping[date, Delivery]:
    """The subscription's rows of the ledger by local date: none of these dates can have another digest."""
    ledger = await engine.store.deliveries.of(subscription.chat, _LOOKED_AT)
    return {delivery.local_date: delivery for delivery in ledger if delivery.subscription_id == subscription.id}


def resolve(known: Sequence[Standing], argument: str, now: datetime) -> Sequence[Standing]:
    """Those that a person means: by number, by id, by the words that they were subscribed with, "all", or nothing.

    Nothing means all of them as well; whoever wants a single one asks back. Raises `NotFound` and `BadArgument`.
    """
    if not known:
        raise NotFound("There is no subscription here yet.", "/subscribe agents at 9:00 Europe/Berlin makes one.")
    pointed = keyword(argument)
    if pointed in ("", ALL):
        return known
    if number := _BY_NUMBER.fullmatch(pointed):
        return _by_number(known, int(number[1]))
    if id := _BY_ID.fullmatch(pointed):
        return _by_id(known, int(id[1]))
    wish = validated(read(argument, now))
    if found := [each for each in known if wish and wish.fits(each.subscription)]:
        return found
    raise NotFound(
        f"No subscription of this chat is “{shorten(argument, _LONGEST_QUOTE)}”.",
        f"{_numbers(known)} /subscriptions shows them.",
    )


def points(argument: str) -> bool:
    """Whether it is a number, an id or "all", and no words."""
    pointed = keyword(argument)
    return pointed == ALL or bool(_BY_NUMBER.fullmatch(pointed) or _BY_ID.fullmatch(pointed))


def _by_number(known: Sequence[Standing], number: int) -> Sequence[Standing]:
    if 1 <= number <= len(known):
        return [known[number - 1]]
    raise NotFound(f"There is no number {number} here.", f"{_numbers(known)} /subscriptions shows them.")


def _by_id(known: Sequence[Standing], id: int) -> Sequence[Standing]:
    if found := [each for each in known if each.subscription.id == id]:
        return found
    raise NotFound("That subscription is gone.", "/subscriptions shows those that are there.")


def _numbers(known: Sequence[Standing]) -> str:
    return f"There are the numbers 1 to {len(known)}." if len(known) > 1 else "There is only number 1."
