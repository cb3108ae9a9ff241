"""/status: is it healthy."""

from __future__ import annotations

from datetime import datetime

from bot.commands.engine import Engine
from bot.models import Command, Request
from bot.page import Page
from bot.views.status import Knowledge, status

COMMAND = Command(
    name="status", summary="Is it healthy: each source's age and trouble", usage="/status", examples=("/status",)
)


async def answer(engine: Engine, request: Request, now: datetime) -> Page:
    """How the sources are doing and what is stored."""
    days = await engine.store.listed_days(now.date(), 1)
    knowledge = Knowledge(
        papers=await engine.store.papers.count(),
        newest_list=days[0] if days else None,
        newest_observation=await engine.store.newest_observation_at(),
    )
    return status(await engine.store.sources.all(), knowledge, now)
