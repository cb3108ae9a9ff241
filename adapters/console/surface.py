"""The console surface: read commands line by line and print the pages that answer them."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TextIO

from bot.commands.typed import typed
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Chat, Command, Request
from bot.messages.catalogue import SOURCE_LANGUAGE
from bot.messages.localization import command_in, text_in
from bot.messages.plain_text import plain

#: the only chat of this surface; the person at the terminal has all rights
HERE = Chat("console", "terminal")
_LEAVE = frozenset({"/quit", "/exit", "quit", "exit"})
_WELCOME = tr("Ask for a topic, or type {command}. Press Ctrl-D to leave.", command="/help")
_CANCELLED = tr("Cancelled.")


class PageService(Protocol):
    """What answers requests: the application facade, in the language of the chat, or the commands, in English."""

    async def handle(self, request: Request) -> Page:
        """As `BotService.handle`."""
        ...


class Console:
    """Paperboy in a terminal, with colour and a prompt, or over a pipe, in plain text."""

    def __init__(
        self, service: PageService, known: Sequence[Command], history: Path, *, locale: str = SOURCE_LANGUAGE
    ) -> None:
        """`known` are the commands that the prompt completes; `history` is the file of the typed lines; `locale` is the
        language tag of the terminal.
        """
        self._service = service
        self._known = tuple(command_in(command, locale) for command in known)
        self._history = history
        self._locale = locale

    async def greet(self) -> None:
        """Print the trending list, before the first question."""
        await self.say("/trending", sys.stdout)

    async def serve(self) -> None:
        """Answer one line after the other until the person quits or the input ends."""
        await (self._prompt() if sys.stdin.isatty() and sys.stdout.isatty() else self._read(sys.stdin, sys.stdout))

    async def say(self, line: str, out: TextIO) -> None:
        """Answer one line on `out`."""
        show(await self._service.handle(typed(line, HERE, may_manage=True, locale=self._locale)), out)

    async def _read(self, lines: TextIO, out: TextIO) -> None:
        first = True
        while line := await asyncio.to_thread(lines.readline):
            if line.strip() in _LEAVE:
                break
            if line.strip():
                out.write("" if first else "\n\n")
                await self.say(line, out)
                first = False

    async def _prompt(self) -> None:
        from adapters.console.prompt import logs_above, session  # takes 0.15 s to import

        prompt = session(self._known, self._history)
        sys.stdout.write(f"\n{text_in(_WELCOME, self._locale)}\n")
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
            sys.stdout.write(f"\n{text_in(_CANCELLED, self._locale)}\n")
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
