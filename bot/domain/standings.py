"""Subscriptions and deliveries as their chat counts them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.deliveries import Delivery
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
