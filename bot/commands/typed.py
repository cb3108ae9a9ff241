"""Requests from typed lines and filled-in forms."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.requests import Chat, Command, Request
from bot.domain.text import plain

#: command name of a request that is plain text
SAY = "say"


def typed(text: str, chat: Chat, *, person: str = "", may_manage: bool = False, locale: str = "en") -> Request:
    """Return the request of a line: "/why 3" is a command; text without a slash is `SAY`, which intents interpret."""
    command, argument = _meant(plain(text))
    return Request(chat=chat, person=person, may_manage=may_manage, command=command, argument=argument, locale=locale)


def filled(command: Command, values: Mapping[str, str]) -> str:
    """Return the argument of a command from the fields of a form."""
    said = ((option, plain(values.get(option.name, ""))) for option in command.options)
    return " ".join(option.typed.format(value) for option, value in said if value)


def _meant(line: str) -> tuple[str, str]:
    if not line.startswith("/"):
        return SAY, line
    command, *argument = line[1:].split(maxsplit=1) or [""]
    return command, " ".join(argument)
