"""The registry of adapters, and the adapters that this process has open.

The entries come from the settings: each adapter's settings model carries its entry, and `Settings` lists the models.
"""

from __future__ import annotations

import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime

from adapters.kit.registration import Adapter, AdapterContext, AdapterSettings
from bot.app.listeners import Listener
from bot.app.settings import Settings
from bot.domain.ports import Surface

Builder = Callable[[Settings, AdapterContext], AbstractAsyncContextManager[Surface | Listener]]

#: in the order in which they are opened
ADAPTERS: tuple[Adapter, ...] = tuple(
    model.adapter for model in Settings.__bases__ if issubclass(model, AdapterSettings)
)


def builder(adapter: Adapter) -> Builder:
    """Return the adapter's builder; its module is imported here, not at the start of the process."""
    found: Builder = pkgutil.resolve_name(adapter.builder)
    return found


def configured(adapter: Adapter, settings: Settings) -> bool:
    """Return whether the operator has set what the adapter needs."""
    return any(getattr(settings, name) for name in adapter.configured_by)


@asynccontextmanager
async def open_adapters(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[list[Surface | Listener]]:
    """Yield every configured adapter, open. Sends nothing over the network. Raise `SettingsError`."""
    context = AdapterContext(clock=clock, contact=settings.contact, public_url=settings.public_url)
    async with AsyncExitStack() as stack:
        chosen = [builder(adapter) for adapter in ADAPTERS if configured(adapter, settings)]
        yield [await stack.enter_async_context(build(settings, context)) for build in chosen]
