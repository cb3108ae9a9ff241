"""Unit of work: one transaction for all changes of a request, across repositories."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Hook = Callable[[], Awaitable[None]]


class WriteRefused(Exception):
    """An operation declared as read-only tried to write; this is a bug."""


@dataclass(slots=True, eq=False)
class Scope:
    """State of a unit of work in one task. Child tasks do not join it, because a transaction cannot be used
    concurrently.
    """

    task: asyncio.Task[object] | None
    #: whether every write raises `WriteRefused`
    read_only: bool
    begin: Begin
    stack: AsyncExitStack
    #: runs last within the transaction
    before_commit: Hook | None = None
    #: the transaction; None before the first write and after `settle`
    connection: AsyncConnection | None = None
    settled: bool = False

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Yield the transaction, beginning it on the first write, within a savepoint."""
        if self.read_only:
            raise WriteRefused("an operation that is declared to read must not write")
        if self.connection is None:
            self.connection = await self.stack.enter_async_context(self.begin())
        async with self.connection.begin_nested():
            yield self.connection

    async def settle(self) -> None:
        """Commit. Later writes of the task have transactions of their own."""
        if self.settled or self.read_only:
            return
        if self.before_commit is not None:
            await self.before_commit()
        await self.stack.aclose()
        self.connection, self.settled = None, True


_SCOPE: ContextVar[Scope | None] = ContextVar("scope", default=None)


def joined() -> Scope | None:
    """Return the scope of the current task, or None if there is none or it is settled."""
    scope = _SCOPE.get()
    return scope if scope and not scope.settled and scope.task is asyncio.current_task() else None


@asynccontextmanager
async def open_scope(
    begin: Begin, *, read_only: bool = False, before_commit: Hook | None = None
) -> AsyncIterator[Scope]:
    """Open a scope for the current task. It commits at the end and rolls back on any exception."""
    async with AsyncExitStack() as stack:
        scope = Scope(asyncio.current_task(), read_only, begin, stack, before_commit)
        token = _SCOPE.set(scope)
        try:
            yield scope
            await scope.settle()
        finally:
            _SCOPE.reset(token)
