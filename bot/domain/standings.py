"""Subscriptions and deliveries as their chat counts them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.deliveries import Delivery
from bot.domain.requests import ChatDetails
from bot.domain.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription with its number in its chat."""

    number: int
    subscription: Subscription
    #: the newest delivery that is over
    last: Delivery | None = None
    #: the delivery that is not over
    open: Delivery | None = None


@dataclass(frozen=True, slots=True)
class ChangedSubscription:
    """A subscription before and after a change."""

    before: Subscription
    after: Standing
    #: the digest that the next local date has had already, so that the next one comes later; None if there is none
    served: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """An uncertain delivery with its number among those of its chat."""

    number: int
    delivery: Delivery
    #: None if the subscription has ended
    subscription: Subscription | None


@dataclass(frozen=True, slots=True)
class ChatStandings:
    """A chat with its subscriptions, or some of them."""

    details: ChatDetails
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One page of the subscriptions in all chats that a person manages, those that need attention first."""

    #: those of this page
    chats: tuple[ChatStandings, ...]
    #: numbers of all subscriptions, chats, and subscriptions that no person has paused and that do not run
    subscriptions: int
    places: int
    attention: int
    #: whether they are the channels of one server
    of_server: bool
    #: number of subscriptions on the pages before
    before: int
    #: counted from 1
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ChatDeliveries:
    """A chat with today's digests that wait or were not sent, each with its subscription if that still exists."""

    details: ChatDetails
    deliveries: tuple[tuple[Delivery, Subscription | None], ...]
