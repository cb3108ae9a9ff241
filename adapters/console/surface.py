"""The console surface: read commands line by line and print the pages that answer them."""

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

#: the only chat of this surface; the person at the terminal has all rights
HERE = Chat("console", "terminal")
_LEAVE = frozenset({"/quit", "/exit", "quit", "exit"})
_WELCOME = "Ask for a topic, or type /help. Ctrl-D leaves."
_CANCELLED = "\nCancelled.\n"


class Console:
    """Paperboy in a terminal, with colour and a prompt, or over a pipe, in plain text."""

    def __init__(self, commands: Commands, known: Sequence[Command], history: Path) -> None:
        """`known` are the commands that the prompt completes; `history` is the file that keeps the typed lines."""
        self._commands = commands
        self._known = known
        self._history = history

    async def greet(self) -> None:
        """Print the trending list, before the first question."""
        await self.say("/trending", sys.stdout)

    async def serve(self) -> None:
        """Answer one line after the other until the person quits or the input ends."""
        await (self._talk() if sys.stdin.isatty() and sys.stdout.isatty() else self._listen(sys.stdin, sys.stdout))

    async def say(self, line: str, out: TextIO) -> None:
        """Answer one line on `out`."""
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
        from adapters.console.prompt import logs_above, session  # takes 0.15 s to import

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
        """Answer one line; Ctrl-C cancels the answer only."""
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
    """Write a page: in colour to a terminal, as plain text to anything else."""
    if not out.isatty():
        out.write(plain(page))
        out.flush()
        return
    from rich.console import Console as Terminal  # only a terminal needs it

    from adapters.console.render import render

    Terminal(file=out, highlight=False).print(render(page))
