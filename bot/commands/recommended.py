"""/recommended: this week's papers by the person's own taste."""

from __future__ import annotations

from datetime import datetime

from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Request
from bot.messages import taste as view
from bot.services.bundle import Services
from bot.services.taste import asking, is_readers_own
from bot.storage.taste import Owner

COMMAND = Command(
    name="recommended",
    summary=tr("This week's papers that fit your taste"),
    usage="/recommended",
    examples=("/recommended",),
    aliases=("foryou", "recommend"),
    private=True,
)
_SHOWN = 10


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """Return the papers of the last week that fit best, without those that the person or the chat has had."""
    owner = Owner.of_person(request.chat.surface, asking(request))
    learned = await services.tastes.learned(owner, now, asker=owner.person)
    if learned.taste is None:
        return view.not_yet(len(learned.evidence.liked))
    seen = {*await services.store.shown_papers.ids(request.chat), *learned.evidence.ids}
    trends = (await services.digests.ranking(now)).trends
    picks = services.tastes.recommended(learned.taste, trends, seen)[:_SHOWN]
    own = is_readers_own(request)
    if own:
        await services.papers.remember(request, [trend.paper for trend, _ in picks], now)
    reasons = [(trend.paper, view.points(trend.parts[-1].points, words)) for trend, words in picks]
    return view.recommended(reasons, numbered=own, strength=learned.strength)
