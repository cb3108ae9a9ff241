"""The console surface: hears lines, shows pages."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from bot.commands import Commands
from bot.commands.typed import typed
from bot.domain.pages import Page
from bot.domain.requests import Chat, Command
from bot.messages.plain_text import plain

#: the one place on this surface; who sits at the terminal may do everything
HERE = Chat("console", "terminal")
_LEAVE = frozenset({"/quit", "/exit", "quit", "exit"})
_WELCOME = "Ask for a topic, or type /help. Ctrl-D leaves."
_CANCELLED = "\nCancelled.\n"


class Console:
    """Paperboy at a terminal, with colour and a prompt, or at the end of a pipe, in plain text."""

    def __init__(self, commands: Commands, known: Sequence[Command], history: Path) -> None:
        """`known` is what the prompt completes, `history` the file that keeps its lines."""
        self._commands = commands
        self._known = known
        self._history = history

    async def greet(self) -> None:
        """Show what is trending, before anybody asks."""
        await self.say("/trending", sys.stdout)

    async def serve(self) -> None:
        """Answer line after line until the person leaves or the pipe ends."""
        await (self._talk() if sys.stdin.isatty() and sys.stdout.isatty() else self._listen(sys.stdin, sys.stdout))

    async def say(self, line: str, out: TextIO) -> None:
        """Answer one line."""
        show(await self._commands.handle(typed(line, HERE, may_manage=True)), out)

    async def _listen(self, lines: TextIO, out: TextIO) -> None:
        first = True
        while line := await asyncio.to_thread(lines.readline):
            if line.strip() in _LEAVE:
                break
            if line.strip():
                out.write("" if first else "\n\n")
                await self.say(line, out)
                first = False

    async def _talk(self) -> None:
        from adapters.console.prompt import logs_above, session  # it costs 0.15 s, and only a person needs it

        prompt = session(self._known, self._history)
        sys.stdout.write(f"\n{_WELCOME}\n")
        while True:
            try:
                with logs_above(sys.stderr):
                    line = await prompt.prompt_async()
            except (EOFError, KeyboardInterrupt):
                return
            if line.strip() in _LEAVE:
                return
            if line.strip():
                await self._answer(line)
                sys.stdout.write("\n")

    async def _answer(self, line: str) -> None:
        """Answer one line; Ctrl-C gives up the answer and nothing else."""
        answering = asyncio.create_task(self.say(line, sys.stdout))
        loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGINT)
        loop.add_signal_handler(signal.SIGINT, answering.cancel)
        try:
            await asyncio.wait([answering])
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, before)
            answering.cancel()
        if answering.cancelled():
            sys.stdout.write(_CANCELLED)
            return
        answering.result()


def show(page: Page, out: TextIO) -> None:
    """Write a page as the other end can read it: in colour for a terminal, as plain text for everything else."""
    if not out.isatty():
        out.write(plain(page))
        out.flush()
        return
    from rich.console import Console as Terminal  # only a terminal needs it

    from adapters.console.render import render

    Terminal(file=out, highlight=False).print(render(page))
