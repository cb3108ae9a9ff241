"""The interactive prompt (prompt_toolkit): persistent history, completion of commands and of their options."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeGuard, cast

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import is_searching
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import StdoutProxy

from bot.domain.private_files import make_file
from bot.domain.requests import Command


class CommandCompleter(Completer):
    """Complete "/tr" to "/trending", and "/trending w" to "/trending week"."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self._commands = tuple(commands)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield the completions for the end of the line, each with its description."""
        line = document.text_before_cursor
        if not line.startswith("/"):
            return
        name, space, rest = line[1:].partition(" ")
        if not space:
            yield from self._names(name)
            return
        begun = rest.rpartition(" ")[2]
        for command in self._commands:
            if command.name == name:
                yield from self._choices(command, begun)

    def _names(self, begun: str) -> Iterator[Completion]:
        for command in self._commands:
            if command.name.startswith(begun):
                yield Completion(command.name, start_position=-len(begun), display_meta=command.summary)

    def _choices(self, command: Command, begun: str) -> Iterator[Completion]:
        for option in command.options:
            for choice in option.choices:
                if choice.startswith(begun):
                    yield Completion(choice, start_position=-len(begun), display_meta=option.description)


def session(commands: Sequence[Command], history: Path) -> PromptSession[str]:
    """Return a prompt with its history in the file `history`. Ctrl-C and Ctrl-D on an empty line raise `EOFError`."""
    make_file(history)
    return PromptSession(
        "paperboy› ",
        completer=CommandCompleter(commands),
        history=FileHistory(str(history)),
        key_bindings=_keys(),
    )


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c", filter=~is_searching)
    def _clear_or_leave(event: KeyPressEvent) -> None:
        """Behave like a shell: discard the line, or leave the session if the line is empty."""
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=EOFError, style="class:aborting")

    return keys


@contextmanager
def logs_above(terminal: TextIO) -> Iterator[None]:
    """Write log lines above the prompt while it waits for input, instead of into the line being typed."""
    handlers = [each for each in logging.getLogger().handlers if _writes_to(each, terminal)]
    if not handlers:
        yield
        return
    with StdoutProxy(raw=True) as proxy:
        streams = [(handler, handler.setStream(cast(TextIO, proxy))) for handler in handlers]
        try:
            yield
        finally:
            for handler, stream in streams:
                handler.setStream(stream or terminal)


def _writes_to(handler: logging.Handler, terminal: TextIO) -> TypeGuard[logging.StreamHandler[TextIO]]:
    return isinstance(handler, logging.StreamHandler) and handler.stream is terminal and terminal.isatty()
