"""What a subscription would have brought on past days."""

from __future__ import annotations

from datetime import datetime

from bot.commands.engine import Engine
from bot.models import Subscription
from bot.subscribing import Forecast, carried_from, past_week, replayed


async def forecast(engine: Engine, subscription: Subscription, now: datetime) -> Forecast:
    """Return the digests of the last seven days, each as it would have been delivered at its own moment.

    What the chat had been shown before these days does not come, nor what the subscription would have brought then.
    """
    week = past_week(subscription.schedule, await engine.as_of(now))
    moments = [slot.moment for slot in week if slot.moment]
    since = carried_from(subscription, min(moments))
    known = await engine.snapshot(subscription.window, max(moments), since)
    shown = await engine.store.shown_papers.moments(subscription.chat)
    before = {id: at for id, at in shown.items() if at < min(moments)}
    return replayed(subscription, week, known, before)
