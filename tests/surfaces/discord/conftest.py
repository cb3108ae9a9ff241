from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.surface import Access, Discord
from bot.rates import Allowance
from tests.surfaces.discord.server import LocalDiscord
from tests.surfaces.discord.world import TOKEN, Channel


@pytest.fixture
async def local() -> AsyncIterator[LocalDiscord]:
    """A Discord of one's own. Nothing that we or it have said may break the description of the API."""
    async with LocalDiscord() as running:
        yield running
    assert running.complaints == []


@pytest.fixture
async def channel(local: LocalDiscord) -> Channel:
    """A text channel of a server."""
    return local.world.channel(local.world.guild())


@pytest.fixture
async def discord(local: LocalDiscord) -> AsyncIterator[Discord]:
    """The surface, without a limit of its own."""
    async with Discord(Access(token=TOKEN, api=local.url), allowance=Allowance(), waits=(0.01, 0.02)) as surface:
        yield surface
