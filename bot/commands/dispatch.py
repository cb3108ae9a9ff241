"""Dispatcher: checks permissions and the door of every request, and runs its operation at most once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.commands.carried_out import carried_out
from bot.commands.conversation import understood
from bot.commands.interaction_claims import InteractionClaims
from bot.commands.operations import Call, require_manager
from bot.commands.table import find
from bot.commands.typed import SAY
from bot.domain.errors import NotAllowed, StoreError, UserError
from bot.domain.pages import Action, Page
from bot.domain.requests import Effect, Request, only_shows
from bot.domain.text import keyword, plain
from bot.services.bundle import Services
from bot.storage.interactions import InteractionClaim


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


def _operation(request: Request, now: datetime) -> str:
    """Return the name of the operation that a normalized request asks for; empty if it names none."""
    try:
        return find(request.command).parse(request.argument, now).operation.name
    except UserError:
        return ""


def without_own_buttons(page: Page, request: Request, call: Call[object], now: datetime) -> Page:
    """Return the page without buttons that would open the same page again.

    A page that only reports a trouble keeps them, as people may want to try again.
    """
    if page.refused:
        return page
    return replace(page, actions=tuple(each for each in page.actions if not _runs(each, request, call, now)))


def _runs(action: Action, request: Request, call: Call[object], now: datetime) -> bool:
    """Return whether a button runs the operation of a request, with the same argument."""
    name, _, argument = action.command.partition(" ")
    if name != find(request.command).command.name:
        return False
    try:
        return bool(find(name).parse(argument, now) == call) or argument.split() == request.argument.split()
    except UserError:
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
        self.claims = InteractionClaims(services.store.interactions, clock)

    async def resolve(self, request: Request, now: datetime) -> Request | Page:
        """Return the normalized request; for plain text the command that it asks for, or the reply to small talk."""
        request = normalized(request)
        return await understood(self._services, request, now) if request.command == SAY else request

    async def perform(self, request: Request, now: datetime) -> Page:
        """Answer a resolved request. Raise `UserError`, `StoreError`, or `Repeated` if another worker answers it."""
        call = parsed(request, now)
        if call.operation.effect is Effect.READS:
            async with self._services.store.read_only():
                return without_own_buttons(await call.run(self._services, request, now), request, call, now)
        if only_shows(call.operation.effect, request.door):
            async with self._services.store.read_only():
                return await call.ask(self._services, request, now)
        if request.interaction:
            return await self._once(call, request, now)
        async with self._services.store.unit_of_work():
            return await call.run(self._services, request, now)

    async def report_done(self, request: Request) -> Page:
        """Answer an interaction that another process has carried out and not answered, without running it.

        Permissions are not checked again. Raise `StoreError`, or `Repeated` if another worker answers it.
        """
        request = normalized(request)
        with self.claims.running(request.chat.surface, request.interaction) as claim:
            if not await self.claims.acquire_answer(claim):
                raise Repeated
        return carried_out(request, _operation(request, self._clock()))

    async def _once(self, call: Call[object], request: Request, now: datetime) -> Page:
        """Run the operation and mark the interaction as done, in one transaction."""
        with self.claims.running(request.chat.surface, request.interaction) as claim:
            try:
                return await self._run(call, request, claim, now)
            except StoreError:
                # nothing was committed. The person is told so, unless this process took it up and tries again
                if request.origin and not request.taken_up:
                    self.claims.give_up_later(claim)
                raise

    async def _run(self, call: Call[object], request: Request, claim: InteractionClaim, now: datetime) -> Page:
        if not await self.claims.acquire(claim, request.origin):
            raise Repeated
        self._crash("interaction.claimed")

        async def finish() -> None:
            self._crash("interaction.effect")
            if not await self.claims.finish(claim):
                raise Repeated

        try:
            async with self._services.store.unit_of_work(finish):
                page = await call.run(self._services, request, now)
        except (Repeated, StoreError):
            # nothing was committed, so it may be tried again after the lease
            raise
        except Exception:
            await self.claims.refuse(claim, request.origin)
            raise
        if request.origin:
            self.claims.unanswered.add(claim)
        self._crash("interaction.done")
        return page
