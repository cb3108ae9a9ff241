"""A real terminal for the shipped command: what a person types, and the screen as bytes."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Terminal:
    """The other end of a pseudo terminal."""

    descriptor: int
    child: asyncio.subprocess.Process
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
        async with asyncio.timeout(within_seconds):
            return await self.child.wait()

    def read(self) -> None:
        """Take what the child has written."""
        with suppress(OSError):
            self.seen += os.read(self.descriptor, 65536)
            self.news.set()


@asynccontextmanager
async def in_terminal(*arguments: str, environment: Mapping[str, str]) -> AsyncIterator[Terminal]:
    """Run `paperboy` with a terminal of 100 columns; whatever happens, the child has ended afterwards."""
    ours, theirs = pty.openpty()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**environment, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "50", "PROMPT_TOOLKIT_NO_CPR": "1"},
        start_new_session=True,
    )
    os.close(theirs)
    terminal = Terminal(ours, child)
    loop = asyncio.get_running_loop()
    loop.add_reader(ours, terminal.read)
    try:
        yield terminal
    finally:
        loop.remove_reader(ours)
        if child.returncode is None:
            child.kill()
        await child.wait()
        os.close(ours)
