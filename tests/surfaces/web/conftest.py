from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import datetime

import httpx
import pytest

from adapters.web.surface import Web
from bot.commands.engine import Engine
from bot.desk import Desk
from bot.sources import sample
from bot.store import Store


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
async def filled(sqlite_store: Store) -> Store:
    """A store that knows the bundled sample."""
    await sqlite_store.keep(sample.load())
    return sqlite_store


@pytest.fixture
def desk(filled: Store) -> Desk:
    """As of the sample's own moment."""
    return Desk(Engine(filled), Clock(sample.AS_OF), ["web"])


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody in front of the site, which is served by a real server."""
    port = free_port()
    serving = asyncio.create_task(Web("127.0.0.1", port).listen(desk))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
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
