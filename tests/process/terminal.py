"""A real terminal for the shipped command: what a person types, and the screen as bytes."""

from __future__ import annotations

import asyncio
import os
import pty
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.process.forked import Forked, Job


@dataclass(slots=True)
class Terminal:
    """The other end of a pseudo terminal."""

    descriptor: int
    child: Forked
    seen: bytearray = field(default_factory=bytearray)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def type(self, text: str) -> None:
        """Press the keys."""
        os.write(self.descriptor, text.encode())

    async def until(self, text: str, within_seconds: float = 40) -> str:
        """What was written since the last call, up to `text`, once that is there."""
        wanted = text.encode()
        async with asyncio.timeout(within_seconds):
            while wanted not in self.seen:
                self.news.clear()
                await self.news.wait()
        end = self.seen.index(wanted) + len(wanted)
        screen = self.seen[:end].decode(errors="replace")
        del self.seen[:end]
        return screen

    async def ended(self, within_seconds: float = 40) -> int:
        """The exit code, once the child has ended."""
        return await asyncio.to_thread(self.child.wait, within_seconds)

    def read(self) -> None:
        """Take what the child has written."""
        with suppress(OSError):
            self.seen += os.read(self.descriptor, 65536)
            self.news.set()


@asynccontextmanager
async def in_terminal(*arguments: str, environment: Mapping[str, str]) -> AsyncIterator[Terminal]:
    """Run `paperboy` with a terminal of 100 columns; whatever happens, the child has ended afterwards."""
    ours, theirs = pty.openpty()
    described = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "50", "PROMPT_TOOLKIT_NO_CPR": "1"}
    device = Path(os.ttyname(theirs))
    child = Forked(Job("bot", arguments, {**environment, **described}, Path.cwd(), (device, device, device)))
    terminal = Terminal(ours, child)
    loop = asyncio.get_running_loop()
    loop.add_reader(ours, terminal.read)
    try:
        yield terminal
    finally:
        loop.remove_reader(ours)
        child.kill()
        await asyncio.to_thread(child.wait, 40)
        os.close(ours)
        os.close(theirs)
