"""Windows of subscriptions whose slot is spread, as pages show them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.spreading import Spreading
from bot.domain.standings import Standing
from bot.domain.subscriptions import Subscription
from bot.storage import Store
from bot.storage.slot_sizes import DueSlot


async def with_window(store: Store, spreading: Spreading, subscription: Subscription) -> Subscription:
    """Return the subscription with the window of its next slot, if that is spread. Raise `StoreError`."""
    return (await with_windows(store, spreading, [subscription]))[0]


async def with_windows(store: Store, spreading: Spreading, subscriptions: Sequence[Subscription]) -> list[Subscription]:
    """Return the subscriptions, each with the window of its next slot, if that is spread. Raise `StoreError`."""
    slots = [_slot(spreading, each) for each in subscriptions]
    sizes = await store.deliveries.slot_sizes({slot for slot in slots if slot}) if any(slots) else {}
    return [
        replace(each, spread=spreading.window(slot.surface, each.schedule, slot.due_at, sizes[slot])) if slot else each
        for each, slot in zip(subscriptions, slots, strict=True)
    ]


async def standings_with_windows(store: Store, spreading: Spreading, standings: Sequence[Standing]) -> list[Standing]:
    """Return the standings, with the windows of their subscriptions. Raise `StoreError`."""
    found = await with_windows(store, spreading, [each.subscription for each in standings])
    return [replace(each, subscription=one) for each, one in zip(standings, found, strict=True)]


def _slot(spreading: Spreading, subscription: Subscription) -> DueSlot | None:
    surface, due_at = subscription.chat.surface, subscription.next_at
    limited = math.isfinite(spreading.carries.get(surface, math.inf))
    return DueSlot(surface, due_at) if due_at is not None and limited else None
