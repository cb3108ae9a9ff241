"""Supervision of listeners: runs each until the process ends, and restarts it with a back-off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from typing import NoReturn, Protocol, runtime_checkable

from bot.commands.facade import BotService
from bot.domain.errors import SettingsError
from bot.domain.log import Log
from bot.domain.ports import Diagnosable
from bot.domain.supervisor import Backoff, Supervisor

log = Log(__name__)

#: seconds before a listener is restarted: the first wait, the longest, and the one after a refused token
_FIRST_WAIT, _LONGEST_WAIT, _REFUSED_WAIT = 1.0, 60.0, 300.0
#: a listener counts as recovered after this time
_WELL_SECONDS = 60.0


class ListenerStopped(Exception):
    """A listener returned, which it should not."""


@runtime_checkable
class Listener(Diagnosable, Protocol):
    """A surface that takes requests."""

    @property
    def name(self) -> str:
        """Return the name of the surface, as in `Chat.surface`: "discord"."""
        ...

    async def listen(self, service: BotService) -> None:
        """Answer requests until cancelled, and report changes of chats to the application facade.

        Reconnects by itself. Raise `SettingsError` if the operator must act.
        """
        ...


@runtime_checkable
class Binding(Protocol):
    """A listener that binds a local address."""

    def bind(self) -> str:
        """Bind the address and return its URL. Raise `SettingsError` if it is not available."""
        ...


class ListenerSupervisor:
    """Runs listeners and knows which of them were refused."""

    def __init__(self, listeners: Collection[Listener], service: BotService, supervisor: Supervisor) -> None:
        #: set when all listeners were refused, so that the operator must act
        self.over = asyncio.Event()
        self.refused: dict[str, SettingsError] = {}
        self._listeners = listeners
        self._service = service
        self._supervisor = supervisor
        self._backoff = Backoff(_FIRST_WAIT, _LONGEST_WAIT)

    async def run(self, listener: Listener) -> NoReturn:
        """Run a listener, and restart it whenever it fails."""
        loop = f"listener of {listener.name}"
        while True:
            well = asyncio.create_task(self._mark_recovered(loop))
            try:
                await listener.listen(self._service)
                raise ListenerStopped(f"{listener.name} stopped listening")
            except SettingsError as error:
                await self._supervisor.failed(loop, error)
                self._refuse(listener.name, error)
                wait = _REFUSED_WAIT
            except Exception as error:
                # an error of one listener must stop neither the others nor this one
                failure = await self._supervisor.failed(loop, error)
                wait = self._backoff.seconds(failure.times)
            finally:
                well.cancel()
            await asyncio.sleep(wait)
            self.refused.pop(listener.name, None)

    async def _mark_recovered(self, loop: str) -> None:
        """Report success once the listener has run for a while."""
        await asyncio.sleep(_WELL_SECONDS)
        await self._supervisor.succeeded(loop)

    def _refuse(self, name: str, error: SettingsError) -> None:
        self.refused[name] = error
        if len(self.refused) == len(self._listeners):
            self.over.set()


@asynccontextmanager
async def listening(
    listeners: Collection[Listener], service: BotService, supervisor: Supervisor | None = None
) -> AsyncIterator[ListenerSupervisor]:
    """Run all listeners until the context ends. One that fails is restarted and does not affect the others."""
    supervised = ListenerSupervisor(listeners, service, supervisor or Supervisor(service.report))
    tasks = [asyncio.create_task(supervised.run(listener), name=f"listen {listener.name}") for listener in listeners]
    try:
        yield supervised
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
