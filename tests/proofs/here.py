"""A round in the test's own process, as of any moment; the platform is in another one all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.services.delivery.deliverer import Deliverer
from bot.storage import Store
from tests.proofs.crew import Crew
from tests.proofs.surface import NAME, Platform, open_surface


@asynccontextmanager
async def deliverer(store: Store, platform: Platform, owner: str, crew: Crew = Crew()) -> AsyncIterator[Deliverer]:  # noqa: B008
    """A worker that does what it is told."""
    async with open_surface(platform) as surface:
        yield Deliverer(store, {NAME: surface}, owner=owner, config=crew.config)
