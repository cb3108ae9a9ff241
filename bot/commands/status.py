"""/status: what was delivered to the chat, and how the sources are doing."""

from __future__ import annotations

from datetime import datetime

from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Request
from bot.messages.deliveries import NOT_SENT
from bot.messages.status import Knowledge, status, with_chat
from bot.services.bundle import Services

COMMAND = Command(
    name="status",
    summary=tr("Sent and missed digests of this chat, and the state of the sources"),
    usage="/status",
    examples=("/status",),
)

#: deliveries that are read, and the most that are shown
_LOOKED_AT = 60
_TOLD = 5


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """Return the state of the chat's subscriptions and of the sources."""
    days = await services.store.listed_days(now.date(), 1)
    knowledge = Knowledge(
        papers=await services.store.papers.count(),
        newest_list=days[0] if days else None,
        newest_observation=await services.store.newest_observation_at(),
    )
    here = await services.subscriptions.with_last_delivery(request.chat)
    troubles = [each for each in await services.store.deliveries.of(request.chat, _LOOKED_AT) if each.state in NOT_SENT]
    page = status(await services.store.sources.all(), knowledge, now)
    return with_chat(page, here, troubles[:_TOLD], now)
