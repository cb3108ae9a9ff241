"""Progress bars on standard error, if that is a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from bot.domain.log import Log

log = Log(__name__)

Advance = Callable[[int], None]

#: seconds between two polls of a task that does not report its progress
_POLL_SECONDS = 0.25


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """Show a progress bar. Yield a function that takes how much of `total` is done."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console  # only a terminal needs it, and it costs 0.1 s
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total or None)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def rows(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar. Yield a function that takes how much is done and the total."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@asynccontextmanager
async def polled(title: str, total: int, done: Callable[[], Awaitable[int]]) -> AsyncIterator[None]:
    """Show a progress bar that polls how much is done."""
    with progress(title, total) as advance:
        polling = asyncio.create_task(_poll(done, advance)) if sys.stderr.isatty() else None
        try:
            yield
        finally:
            if polling:
                polling.cancel()
                with suppress(asyncio.CancelledError):
                    await polling
        advance(total)


@contextmanager
def status(title: str) -> Iterator[None]:
    """Show a spinner, which is removed at the end."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(title)):
        yield


async def _poll(done: Callable[[], Awaitable[int]], advance: Advance) -> None:
    while True:
        try:
            advance(await done())
        except Exception as error:
            # a failing poll must not end the work
            log.warning("progress not known", reason=str(error)[:200])
            return
        await asyncio.sleep(_POLL_SECONDS)
