"""Operations: every single thing that a command can do, with its effect; and from what was typed to one of them.

The effect belongs to the operation that is run, so nothing can be judged by other words than it is executed by.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.commands.engine import Engine
from bot.errors import NotAllowed
from bot.models import Command, Door, Effect, Request
from bot.page import Page
from bot.views import asking

T = TypeVar("T")
Answer = Callable[[Engine, Request, datetime], Awaitable[Page]]
AnswerTo = Callable[[Engine, Request, T, datetime], Awaitable[Page]]

_ONLY_SHOW = frozenset({Door.LINK, Door.INLINE})


def only_shows(effect: Effect, door: Door) -> bool:
    """Whether a request is shown and asked about instead of done: anybody can make a link that others follow."""
    return effect is not Effect.READS and door in _ONLY_SHOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[T]):
    """One thing that a command does."""

    #: unique in its command: "pause"
    name: str
    effect: Effect
    run: AnswerTo[T]
    #: only for people who may manage the chat; what changes or destroys something of the chat always is
    manages: bool = False
    #: of the button that does it, where it is not done at once
    label: str = ""
    #: shows what it would do, and asks; where there is none, the button alone
    ask: AnswerTo[T] | None = None

    def __post_init__(self) -> None:
        if self.effect is not Effect.READS and self.ask is None and not self.label:
            raise ValueError(f"{self.name}: what changes something has a page that asks, or a label for its button")

    @property
    def needs_right(self) -> bool:
        """Whether it is only for people who may manage the chat."""
        return self.manages or self.effect in (Effect.CHAT, Effect.DESTROYS)

    def of(self, argument: T) -> Call[T]:
        """The operation, ready to run."""
        return Call(self, argument)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """An operation with its argument."""

    operation: Operation[T]
    argument: T

    async def run(self, engine: Engine, request: Request, now: datetime) -> Page:
        """Do it."""
        return await self.operation.run(engine, request, self.argument, now)

    async def ask(self, engine: Engine, request: Request, now: datetime) -> Page:
        """Show what it would do, and ask. Changes nothing."""
        if self.operation.ask is not None:
            return await self.operation.ask(engine, request, self.argument, now)
        return asking.confirm(line(request), self.operation.label)


@dataclass(frozen=True, slots=True)
class Controller:
    """A command with all of its operations, and what finds the one that is meant."""

    command: Command
    operations: tuple[Operation[Any], ...]
    #: pure; raises `BadArgument` where nothing is meant
    parse: Callable[[str, datetime], Call[Any]]


def reading(command: Command, answer: Answer) -> Controller:
    """A command that reads, whatever stands behind it."""
    return single(command, Effect.READS, answer)


def single(
    command: Command, effect: Effect, answer: Answer, *, label: str = "", ask: Answer | None = None
) -> Controller:
    """A command that does one thing, whatever stands behind it."""
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
    async def run(engine: Engine, request: Request, argument: str, now: datetime) -> Page:
        return await answer(engine, request, now)

    return run


def line(request: Request) -> str:
    """The request as it would be typed, without slash."""
    return f"{request.command} {request.argument}".strip()


def require_manager(request: Request) -> None:
    """Raise `NotAllowed` where the person may not change what the chat gets; the refusal tells nothing about it."""
    if not request.may_manage:
        who = f"Ask {request.managers}." if request.managers else "Ask somebody who has it."
        raise NotAllowed(
            f"/{request.command[:32]} needs the right to manage this chat.",
            f"{who} Everybody may ask /trending, /papers and /subscriptions.",
        )
