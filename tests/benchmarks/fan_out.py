"""A fan-out as `paperboy run` makes it, watched until its end."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

from bot.app.cli.working import settle
from bot.app.workers import serve
from bot.domain.deliveries import DeliveryState
from bot.services.delivery.deliverer import Deliverer
from bot.storage import Store

_ENDED = (DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNCERTAIN)
#: seconds between two looks; each is one small query
_LOOK = 0.2


async def deliver(worker: Deliverer, store: Store, began_at: datetime, count: int) -> None:
    """Serve until so many deliveries have come to an end, by a clock that says `began_at` now."""
    settle()
    began, stop = time.monotonic(), asyncio.Event()
    serving = asyncio.create_task(
        serve(worker, store, lambda: began_at + timedelta(seconds=time.monotonic() - began), stop)
    )
    ended = 0
    while ended < count and not serving.done():
        await asyncio.sleep(_LOOK)
        states = await store.deliveries.counts((began_at - timedelta(days=2)).date())
        ended = sum(states.get(state, 0) for state in _ENDED)
    stop.set()
    await serving
