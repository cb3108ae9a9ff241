"""/status: what was delivered to the chat, or waits in all chats of a manager, and how the sources are doing."""

from __future__ import annotations

from datetime import datetime

from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Option, Request
from bot.domain.text import keyword
from bot.messages import managed_chats
from bot.messages.status import Knowledge, status, with_chat
from bot.services.bundle import Services

COMMAND = Command(
    name="status",
    summary=tr("Sent and missed digests, and the state of the sources"),
    usage="/status [here|all]",
    options=(
        Option(name="where", description=tr("Only here, or in every chat that you manage"), choices=("here", "all")),
    ),
    examples=("/status",),
)

#: most deliveries that were not sent that are shown
_SHOWN = 5


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """Return the state of the chat's subscriptions, or of all that the person manages, and of the sources."""
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
    found = await services.managed_chats.today(request, now) if _is_wide(request) else None
    if found is not None:
        return managed_chats.today(page, found, request.chat, now)
    return with_chat(page, here, troubles, now)


def _is_wide(request: Request) -> bool:
    """Return whether all chats that the person manages are meant: by "all", or if the request names no chat."""
    word = keyword(request.argument)
    return request.reach is not None and word != "here" and (word == "all" or not request.names_chat)
