"""What a subscription would have brought on past days, and what it would bring now."""

from __future__ import annotations

from datetime import datetime

from bot.commands.engine import Engine
from bot.models import Subscription
from bot.subscribing import Brought, Forecast, past_week


async def forecast(engine: Engine, subscription: Subscription, now: datetime) -> Forecast:
    """The digests of the last seven days, each as of its own moment and without the papers of those before."""
    as_of = await engine.as_of(now)
    shown: set[str] = set()
    days = []
    for slot in past_week(subscription.schedule, as_of):
        digest = await engine.coming(subscription, slot.moment, frozenset(shown)) if slot.moment else None
        days.append(Brought(slot.day, digest))
        shown |= {paper.id for paper in days[-1].papers}
    return Forecast(tuple(days))
