"""Surfaces where people ask, heard for as long as the process lives."""

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

#: the waits before a surface that fell silent is heard again, in seconds; the last for a token that was refused
_FIRST_WAIT, _LONGEST_WAIT, _REFUSED_WAIT = 1.0, 60.0, 300.0
#: a surface that is heard for so long is well
_WELL_SECONDS = 60.0


class FellSilent(Exception):
    """A listener ended by itself, which none should."""


@runtime_checkable
class Listener(Diagnosable, Protocol):
    """A surface where people ask."""

    @property
    def name(self) -> str:
        """As in `Chat.surface`: "discord"."""
        ...

    async def listen(self, desk: BotService) -> None:
        """Answer people until cancelled, and tell the desk what becomes of chats.

        Mends by itself what a platform does to connections. Raises `SettingsError` where the operator must act.
        """
        ...


@runtime_checkable
class Binding(Protocol):
    """A listener with an address of its own on this machine."""

    def bind(self) -> str:
        """Bind the address before anybody is told of it, and return it for people.

        Raise `SettingsError` where it cannot be had.
        """
        ...


class ListenerSupervisor:
    """Who of all listeners is heard."""

    def __init__(self, listeners: Collection[Listener], desk: BotService, supervisor: Supervisor) -> None:
        #: is set when every one of them was refused, so that only the operator can help
        self.over = asyncio.Event()
        self.refused: dict[str, SettingsError] = {}
        self._listeners = listeners
        self._desk = desk
        self._supervisor = supervisor
        self._backoff = Backoff(_FIRST_WAIT, _LONGEST_WAIT)

    async def hear(self, listener: Listener) -> NoReturn:
        """Hear one of them again and again."""
        loop = f"listener of {listener.name}"
        while True:
            well = asyncio.create_task(self._well(loop))
            try:
                await listener.listen(self._desk)
                raise FellSilent(f"{listener.name} stopped listening")
            except SettingsError as error:
                await self._supervisor.failed(loop, error)
                self._refuse(listener.name, error)
                wait = _REFUSED_WAIT
            except Exception as error:
                # a fault in one surface must leave neither the others nor this one silent
                failure = await self._supervisor.failed(loop, error)
                wait = self._backoff.seconds(failure.times)
            finally:
                well.cancel()
            await asyncio.sleep(wait)
            self.refused.pop(listener.name, None)

    async def _well(self, loop: str) -> None:
        """Forget that a surface failed, when it has been heard for a while."""
        await asyncio.sleep(_WELL_SECONDS)
        await self._supervisor.succeeded(loop)

    def _refuse(self, name: str, error: SettingsError) -> None:
        self.refused[name] = error
        if len(self.refused) == len(self._listeners):
            self.over.set()


@asynccontextmanager
async def listening(
    listeners: Collection[Listener], desk: BotService, supervisor: Supervisor | None = None
) -> AsyncIterator[ListenerSupervisor]:
    """Hear all of these until the end. One that ends or fails takes no other with it, and is heard again."""
    hearing = ListenerSupervisor(listeners, desk, supervisor or Supervisor(desk.report))
    tasks = [asyncio.create_task(hearing.hear(listener), name=f"listen {listener.name}") for listener in listeners]
    try:
        yield hearing
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
