"""/status: what was delivered to the chat, and how the sources are doing."""

from __future__ import annotations

from datetime import datetime

from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Request
from bot.messages.status import Knowledge, status, with_chat
from bot.services.bundle import Services

COMMAND = Command(
    name="status",
    summary=tr("Sent and missed digests of this chat, and the state of the sources"),
    usage="/status",
    examples=("/status",),
)

#: most deliveries that were not sent that are shown
_SHOWN = 5


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """Return the state of the chat's subscriptions and of the sources."""
    days = await services.store.listed_days(now.date(), 1)
    knowledge = Knowledge(
        papers=await services.store.papers.count(),
        newest_list=days[0] if days else None,
        newest_observation=await services.store.newest_observation_at(),
    )
    here = await services.subscriptions.with_last_delivery(request.chat)
    troubles = await services.deliveries.not_sent(request.chat, _SHOWN)
    lists = await services.store.category_lists.all()
    page = status(await services.store.sources.all(), knowledge, now, lists)
    return with_chat(page, here, troubles, now)
