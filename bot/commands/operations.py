"""Operations: each thing that a command can do, with its declared effect, and the parser that selects one.

The effect belongs to the operation that is run, so permissions are checked for exactly what is executed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.domain.errors import NotAllowed
from bot.domain.i18n import joined, listing, tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Effect, Request
from bot.messages import asking
from bot.services.bundle import Services

T = TypeVar("T")
Answer = Callable[[Services, Request, datetime], Awaitable[Page]]
AnswerTo = Callable[[Services, Request, T, datetime], Awaitable[Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[T]):
    """One thing that a command does, with its effect."""

    #: unique in its command: "pause"
    name: str
    effect: Effect
    run: AnswerTo[T]
    #: restricted to people who may manage the chat; operations that change or delete its data always are
    manages: bool = False
    #: label of the button that runs it after a link only showed it
    label: str = ""
    #: shows what it would do and asks for confirmation; if None, only the button is shown
    ask: AnswerTo[T] | None = None

    def __post_init__(self) -> None:
        if self.effect is not Effect.READS and self.ask is None and not self.label:
            raise ValueError(
                f"{self.name}: an operation that changes something needs a page that asks, or a label for its button"
            )

    @property
    def needs_right(self) -> bool:
        """Return whether it is restricted to people who may manage the chat."""
        return self.manages or self.effect in (Effect.CHAT, Effect.DESTROYS)

    def of(self, argument: T) -> Call[T]:
        """Return the operation with its argument."""
        return Call(self, argument)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """An operation with its argument."""

    operation: Operation[T]
    argument: T

    async def run(self, services: Services, request: Request, now: datetime) -> Page:
        """Run the operation."""
        return await self.operation.run(services, request, self.argument, now)

    async def ask(self, services: Services, request: Request, now: datetime) -> Page:
        """Return a page that shows what it would do and asks for confirmation. Changes nothing."""
        if self.operation.ask is not None:
            return await self.operation.ask(services, request, self.argument, now)
        return asking.confirm(line(request), self.operation.label)


@dataclass(frozen=True, slots=True)
class Controller:
    """A command with its operations, and the parser of its argument."""

    command: Command
    operations: tuple[Operation[Any], ...]
    #: returns the operation that an argument selects; raises `BadArgument`
    parse: Callable[[str, datetime], Call[Any]]


def reading(command: Command, answer: Answer) -> Controller:
    """Return the controller of a command that only reads."""
    return single(command, Effect.READS, answer)


def single(
    command: Command, effect: Effect, answer: Answer, *, label: str = "", ask: Answer | None = None
) -> Controller:
    """Return the controller of a command with one operation, whatever its argument is."""
    operation = Operation(
        name=command.name,
        effect=effect,
        run=_without_argument(answer),
        manages=command.manages,
        label=label,
        ask=_without_argument(ask) if ask else None,
    )
    return Controller(command, (operation,), lambda argument, now: operation.of(argument))


def _without_argument(answer: Answer) -> AnswerTo[str]:
    async def run(services: Services, request: Request, argument: str, now: datetime) -> Page:
        return await answer(services, request, now)

    return run


def line(request: Request) -> str:
    """Return the request as it would be typed, without slash."""
    return f"{request.command} {request.argument}".strip()


def require_manager(request: Request) -> None:
    """Raise `NotAllowed` if the person may not manage the chat; the refusal reveals nothing about the chat."""
    if not request.may_manage:
        who = tr("Ask {managers}.", managers=request.managers) if request.managers else tr("Ask somebody who can.")
        everyone = listing(("/trending", "/papers", "/subscriptions"))
        command = f"/{request.command[:32]}"
        raise NotAllowed(
            tr("To use {command}, you need permission to manage this chat.", command=command),
            joined(" ", who, tr("Everyone can use {commands}.", commands=everyone)),
        )
