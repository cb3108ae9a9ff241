"""/preview: a digest as it would be sent now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Chat, Command, Option, Request
from bot.domain.standings import Standing
from bot.messages import delivered
from bot.messages import subscriptions as view
from bot.messages import trending as digest_view
from bot.query.subscriptions.parser import read
from bot.services.bundle import Services
from bot.services.subscriptions import blank, points, resolve, validated, zone_of

PREVIEW = Command(
    name="preview",
    summary=tr("See a digest as it would be sent now"),
    usage="/preview [number|words]",
    options=(
        Option(
            name="of", description=tr("Number of a subscription, or a topic as for {command}", command="/subscribe")
        ),
    ),
    examples=("/preview agents top 3", "/preview 1"),
    aliases=("test",),
    manages=True,
)


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """Return the digest of a subscription, of the draft, or of a query. It does not count as shown."""
    return await preview(services, request, request.argument, now)


async def preview(services: Services, request: Request, argument: str, now: datetime) -> Page:
    """Return the digest that an argument means: a number, an id, words, or nothing."""
    found = await _previewed(services, request.chat, argument.strip().removeprefix("of:"), now)
    if len(found) > 1:
        return view.which(found, PREVIEW.name)
    subscription = found[0].subscription
    brought = await services.digests.preview(subscription, now)
    if brought.shortfall:
        return view.preview(delivered.nothing(subscription, brought.shortfall), subscription)
    await services.papers.remember(request, [pick.trend.paper for pick in brought.digest.picks], now)
    page = digest_view.digest(brought.digest, await services.store.sources.all(), now)
    return view.preview(delivered.delivered(page, subscription), subscription)


async def _previewed(services: Services, chat: Chat, typed: str, now: datetime) -> Sequence[Standing]:
    known = await services.subscriptions.with_last_delivery(chat)
    draft = "" if typed else await services.drafts.words(chat, now)
    spec = read(draft or typed, now)
    if not draft and (not typed or points(typed)):
        return resolve(known, typed, now)
    fitting = [each for each in known if validated(spec, each.subscription.chat.surface).fits(each.subscription)]
    zone, _ = zone_of(spec, [each.subscription for each in known])
    return fitting if len(fitting) == 1 else [Standing(0, spec.over(blank(chat, zone or "UTC", now)))]
