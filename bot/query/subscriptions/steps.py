"""Steps for the buttons "fewer" and "more" papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.subscriptions import Subscription
from bot.query import MOST_PAPERS

#: offered digest sizes
_SIZES = (1, 3, 5, 10, 15, MOST_PAPERS)


def fewer(subscription: Subscription, brought: Iterable[int]) -> Subscription | None:
    """Return the subscription with the next smaller size below what `brought` shows, or None at the minimum."""
    most = min(subscription.size, max(brought, default=subscription.size) or subscription.size)
    sizes = [size for size in _SIZES if size < most]
    return replace(subscription, size=sizes[-1]) if sizes else None


def more(subscription: Subscription, brought: Iterable[int]) -> Subscription | None:
    """Return the subscription with half the vote threshold if that limits it, else the next larger size, or None."""
    full = max(brought, default=subscription.size) >= subscription.size
    if not full:
        return replace(subscription, threshold=subscription.threshold // 2) if subscription.threshold else None
    sizes = [size for size in _SIZES if size > subscription.size]
    return replace(subscription, size=sizes[0]) if sizes else None
