"""/status: is it healthy, and what came."""

from __future__ import annotations

from datetime import datetime

from bot.domain.pages import Page
from bot.domain.requests import Command, Request
from bot.messages.deliveries import NOT_SENT
from bot.messages.status import Knowledge, status, with_chat
from bot.services.bundle import Services

COMMAND = Command(
    name="status",
    summary="Is it healthy: what came to this chat and what did not, and each source's age",
    usage="/status",
    examples=("/status",),
)

#: rows of the ledger that are looked through, and deliveries of them that are told
_LOOKED_AT = 60
_TOLD = 5


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """How the chat's subscriptions and the sources are doing, and what is stored."""
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
