"""Questions of the bot that a reply answers, by the message in which they stand."""

from __future__ import annotations

from collections import OrderedDict

from telegram import Message

from adapters.telegram.lines import Line
from bot.models import Chat

_REMEMBERED = 2_000


class Prompts:
    """The newest questions. After a restart a reply to an older one is talk like any other."""

    def __init__(self) -> None:
        self._lines: OrderedDict[tuple[str, int], Line] = OrderedDict()

    def add(self, chat: Chat, message_id: int, line: Line) -> None:
        """A message asks for words that complete a line."""
        self._lines[chat.id, message_id] = line
        if len(self._lines) > _REMEMBERED:
            self._lines.popitem(last=False)

    def of(self, message: Message) -> Line | None:
        """Return the line that a message completes; None where it replies to no question."""
        replied = message.reply_to_message
        return self._lines.get((str(message.chat.id), replied.message_id)) if replied is not None else None
