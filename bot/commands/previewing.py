"""/preview: a digest as it would come now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.commands.engine import Engine
from bot.commands.managing import meant, points, standings, understood
from bot.commands.subscribing import blank, zone_of
from bot.models import Command, Option, Request
from bot.page import Page
from bot.shortfall import shortfall
from bot.subscribing import read
from bot.views import delivered
from bot.views import subscriptions as view
from bot.views import trending as digest_view
from bot.views.subscriptions import Standing

PREVIEW = Command(
    name="preview",
    summary="A digest as it would come now; nothing is marked as shown",
    usage="/preview [number|words]",
    options=(Option(name="of", description="A number in /subscriptions, or words as for /subscribe"),),
    examples=("/preview agents top 3", "/preview 1"),
    aliases=("test",),
    manages=True,
)


async def preview(engine: Engine, request: Request, now: datetime) -> Page:
    """The digest of a subscription, of the proposal that waits, or of words."""
    found = await _previewed(engine, request, now)
    if len(found) > 1:
        return view.which(found, PREVIEW.name)
    subscription = found[0].subscription
    as_of = await engine.as_of(now)
    shown = await engine.store.shown_papers.moments(request.chat)
    digest = await engine.coming(subscription, as_of, shown)
    if reason := shortfall(digest, now, await engine.store.newest_observation_at(now)):
        return view.preview(delivered.nothing(subscription, reason), subscription)
    await engine.remember(request, [pick.trend.paper for pick in digest.picks], now)
    page = digest_view.digest(digest, await engine.store.sources.all(), now)
    return view.preview(delivered.delivered(page, subscription), subscription)


async def _previewed(engine: Engine, request: Request, now: datetime) -> Sequence[Standing]:
    typed, known = request.argument.strip().removeprefix("of:"), await standings(engine, request.chat)
    draft = "" if typed else await engine.store.drafts.get(request.chat, now)
    wish = read(draft or typed, now)
    if not draft and (not typed or points(typed)):
        return meant(known, typed, now)
    fitting = [each for each in known if understood(wish).fits(each.subscription)]
    zone, _ = zone_of(wish, [each.subscription for each in known])
    return fitting if len(fitting) == 1 else [Standing(0, wish.over(blank(request.chat, zone or "UTC", now)))]
