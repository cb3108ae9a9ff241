"""Pending prompts: questions of the bot that a reply completes, by message."""

from __future__ import annotations

from collections import OrderedDict

from telegram import Message

from adapters.telegram.callback_data import CommandLine
from bot.domain.requests import Chat

_REMEMBERED = 2_000


class Prompts:
    """The newest prompts, in memory. After a restart, replies to older ones are ordinary messages."""

    def __init__(self) -> None:
        self._lines: OrderedDict[tuple[str, int], CommandLine] = OrderedDict()

    def add(self, chat: Chat, message_id: int, line: CommandLine) -> None:
        """Register a message whose replies complete a line."""
        self._lines[chat.id, message_id] = line
        if len(self._lines) > _REMEMBERED:
            self._lines.popitem(last=False)

    def of(self, message: Message) -> CommandLine | None:
        """Return the line that a message completes; None if it does not reply to a prompt."""
        replied = message.reply_to_message
        return self._lines.get((str(message.chat.id), replied.message_id)) if replied is not None else None
