"""The unit of work: one transaction for all that a request changes, whichever repositories change it."""

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
    """An operation that is declared to read tried to write: a fault of ours."""


@dataclass(slots=True, eq=False)
class Scope:
    """What repositories join in one task. The tasks that it starts do not: a transaction is used by one at a time."""

    task: asyncio.Task[object] | None
    #: raises `WriteRefused` on every write
    read_only: bool
    begin: Begin
    stack: AsyncExitStack
    #: runs in the transaction, as its last statement
    before_commit: Hook | None = None
    #: the transaction; None before the first write and after `settle`
    connection: AsyncConnection | None = None
    settled: bool = False

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """The transaction, begun where this is the first write. What fails inside is undone by itself."""
        if self.read_only:
            raise WriteRefused("an operation that is declared to read must not write")
        if self.connection is None:
            self.connection = await self.stack.enter_async_context(self.begin())
        async with self.connection.begin_nested():
            yield self.connection

    async def settle(self) -> None:
        """Commit. Later writes of the task are transactions of their own."""
        if self.settled or self.read_only:
            return
        if self.before_commit is not None:
            await self.before_commit()
        await self.stack.aclose()
        self.connection, self.settled = None, True


_SCOPE: ContextVar[Scope | None] = ContextVar("scope", default=None)


def joined() -> Scope | None:
    """The scope that the current task works in; None outside of one, and once it is settled."""
    scope = _SCOPE.get()
    return scope if scope and not scope.settled and scope.task is asyncio.current_task() else None


@asynccontextmanager
async def open_scope(
    begin: Begin, *, read_only: bool = False, before_commit: Hook | None = None
) -> AsyncIterator[Scope]:
    """A scope for the current task. It commits at the end, and rolls back on any error."""
    async with AsyncExitStack() as stack:
        scope = Scope(asyncio.current_task(), read_only, begin, stack, before_commit)
        token = _SCOPE.set(scope)
        try:
            yield scope
            await scope.settle()
        finally:
            _SCOPE.reset(token)
