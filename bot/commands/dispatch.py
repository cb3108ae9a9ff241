"""Dispatcher: checks permissions and the door of every request, and runs its operation at most once."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands.conversation import understood
from bot.commands.operations import Call, require_manager
from bot.commands.table import find
from bot.commands.typed import SAY
from bot.domain.errors import NotAllowed, StoreError, UserError
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Effect, Request, only_shows
from bot.domain.text import keyword, plain
from bot.services.bundle import Services
from bot.storage.interactions import ClaimState, InteractionClaim

log = Log(__name__)

#: lease of an interaction; a slower worker can no longer finish it, so nothing is done twice
LEASE = timedelta(seconds=10)
#: seconds between two checks of an interaction that another worker has claimed: the first, and the longest
_FIRST_LOOK, _LAST_LOOK = 0.05, 0.5


class Repeated(Exception):
    """The interaction was answered before, or another worker is answering it."""


def normalized(request: Request) -> Request:
    """Return the request without invisible characters and with the command's name in normal form."""
    return replace(request, command=keyword(request.command).removeprefix("/"), argument=plain(request.argument))


def parsed(request: Request, now: datetime) -> Call[object]:
    """Return the operation of a normalized request. Raise `UserError`, which reveals nothing about the chat."""
    controller = find(request.command)
    if controller.command.manages:
        require_manager(request)
    call = controller.parse(request.argument, now)
    if call.operation.needs_right:
        require_manager(request)
    return call


def needs_right(request: Request, now: datetime) -> bool:
    """Return whether a request takes permission to manage the chat, so that platforms are asked only then."""
    if keyword(request.command) == SAY:
        # the meaning of plain text depends on the conversation
        return True
    try:
        parsed(replace(normalized(request), may_manage=False), now)
    except NotAllowed:
        return True
    except UserError:
        return False
    return False


class Dispatcher:
    """Runs the requested operation, if the person and the door allow it."""

    def __init__(
        self, services: Services, clock: Callable[[], datetime], crash: Callable[[str], None] | None = None
    ) -> None:
        """`crash` is called at places where a test may end the process."""
        self._services = services
        self._clock = clock
        self._crash = crash or (lambda place: None)

    async def resolve(self, request: Request, now: datetime) -> Request | Page:
        """Return the normalized request; for plain text the command that it asks for, or the reply to small talk."""
        request = normalized(request)
        return await understood(self._services, request, now) if request.command == SAY else request

    async def perform(self, request: Request, now: datetime) -> Page:
        """Answer a resolved request. Raise `UserError`, `StoreError`, or `Repeated` if another worker answers it."""
        call = parsed(request, now)
        if call.operation.effect is Effect.READS:
            async with self._services.store.read_only():
                return await call.run(self._services, request, now)
        if only_shows(call.operation.effect, request.door):
            async with self._services.store.read_only():
                return await call.ask(self._services, request, now)
        if request.interaction:
            return await self._once(call, request, now)
        async with self._services.store.unit_of_work():
            return await call.run(self._services, request, now)

    async def _once(self, call: Call[object], request: Request, now: datetime) -> Page:
        """Run the operation and mark the interaction as done, in one transaction."""
        claim = InteractionClaim(request.chat.surface, request.interaction, os.urandom(8).hex())
        if not await self._claimed(claim, request.origin):
            raise Repeated
        self._crash("interaction.claimed")

        async def finish() -> None:
            self._crash("interaction.effect")
            if not await self._services.store.interactions.finish(claim, self._clock()):
                raise Repeated

        try:
            async with self._services.store.unit_of_work(finish):
                page = await call.run(self._services, request, now)
        except (Repeated, StoreError):
            # nothing was committed, so it may be tried again after the lease
            raise
        except Exception:
            await self._answered(claim)
            raise
        self._crash("interaction.done")
        return page

    async def _claimed(self, claim: InteractionClaim, origin: str) -> bool:
        """Return whether we hold the claim. Wait for another worker's lease to expire, unless it finishes."""
        deadline, pause = time.monotonic() + LEASE.total_seconds() + 1, _FIRST_LOOK
        while True:
            state = await self._services.store.interactions.claim(claim, self._clock(), LEASE, origin)
            if state is not ClaimState.HELD:
                return state is ClaimState.OURS
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LAST_LOOK)

    async def _answered(self, claim: InteractionClaim) -> None:
        """Mark the interaction as done although nothing was changed: the answer says why."""
        try:
            await self._services.store.interactions.finish(claim, self._clock())
        except StoreError as error:
            log.warning("interaction not finished", surface=claim.surface, reason=str(error))
