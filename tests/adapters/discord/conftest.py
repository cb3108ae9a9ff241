from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.discord.config import DiscordConfig
from adapters.discord.surface import Discord
from bot.domain.rate_limits import Allowance
from tests.adapters.discord.scene import Scene, scene
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.world import TOKEN, Channel


@pytest.fixture
async def local() -> AsyncIterator[LocalDiscord]:
    """A Discord of one's own. Nothing that we or it have said may break the description of the API."""
    async with LocalDiscord() as running:
        yield running
    assert "\n".join(running.complaints) == ""


@pytest.fixture
async def channel(local: LocalDiscord) -> Channel:
    """A text channel of a server."""
    return local.world.channel(local.world.guild())


@pytest.fixture
async def discord(local: LocalDiscord) -> AsyncIterator[Discord]:
    """The surface, without a limit of its own."""
    async with Discord(DiscordConfig(token=TOKEN, api=local.url), allowance=Allowance(), waits=(0.01, 0.02)) as surface:
        yield surface


@pytest.fixture
async def here(local: LocalDiscord, tmp_path: Path) -> AsyncIterator[Scene]:
    """Everything, with somebody who listens."""
    async with scene(tmp_path, local) as set_up:
        yield set_up
