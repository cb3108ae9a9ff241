from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import datetime

import httpx
import pytest

from adapters.kit.tls import trusted
from adapters.web.surface import Web
from bot.commands.facade import BotService
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture
def desk(sample_store: Store) -> BotService:
    """As of the sample's own moment."""
    return BotService(build_services(sample_store), Clock(sample.AS_OF), ["web"])


@pytest.fixture
async def browser(desk: BotService) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody in front of the site, which is served by a real server."""
    port = free_port()
    serving = asyncio.create_task(Web("127.0.0.1", port).listen(desk))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, verify=trusted()) as client:
        await up(client, [serving])
        yield client
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def up(client: httpx.AsyncClient, tasks: Iterable[asyncio.Task[None]]) -> None:
    for _ in range(200):
        with suppress(httpx.TransportError):
            await client.get("/robots.txt")
            return
        for task in tasks:
            if task.done():
                task.result()
        await asyncio.sleep(0.02)
    raise TimeoutError("the site did not come up")
