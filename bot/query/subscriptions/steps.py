"""One step fewer papers, one step more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.subscriptions import Subscription
from bot.query import MOST_PAPERS

#: numbers of papers that people ask for
_SIZES = (1, 3, 5, 10, 15, MOST_PAPERS)


def fewer(subscription: Subscription, brought: Iterable[int]) -> Subscription | None:
    """With a size below what the best of some days brought; None where it cannot be smaller."""
    most = min(subscription.size, max(brought, default=subscription.size) or subscription.size)
    sizes = [size for size in _SIZES if size < most]
    return replace(subscription, size=sizes[-1]) if sizes else None


def more(subscription: Subscription, brought: Iterable[int]) -> Subscription | None:
    """Asking for fewer votes where these hold papers back, else with more places; None where the words do."""
    full = max(brought, default=subscription.size) >= subscription.size
    if not full:
        return replace(subscription, threshold=subscription.threshold // 2) if subscription.threshold else None
    sizes = [size for size in _SIZES if size > subscription.size]
    return replace(subscription, size=sizes[0]) if sizes else None
