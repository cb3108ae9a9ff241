"""The prompt: history over sessions, completion of commands and of what may stand behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory

from bot.models import Command
from bot.private_files import make_file


class CommandCompleter(Completer):
    """Completes "/tr" to "/trending", and "/trending w" to "/trending week"."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self._commands = tuple(commands)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What may stand at the end of the line, each with its meaning."""
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
    """A prompt whose history outlives the process."""
    make_file(history)
    return PromptSession("paperboy› ", completer=CommandCompleter(commands), history=FileHistory(str(history)))
