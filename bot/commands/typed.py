"""What a person types, wherever they type it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.models import Chat, Command, Request
from bot.text import plain

#: what nobody means as a topic when it is all they say
_ALONE = frozenset({"help", "start", "status", "trending"})
_NUMBER = re.compile(r"#?\d{1,3}")


def typed(text: str, chat: Chat, *, person: str = "", may_manage: bool = False, locale: str = "en") -> Request:
    """ "/why 3" asks for a command, "3" for that paper; other text without a slash asks for papers on that topic."""
    command, argument = _meant(plain(text))
    return Request(chat=chat, person=person, may_manage=may_manage, command=command, argument=argument, locale=locale)


def filled(command: Command, values: Mapping[str, str]) -> str:
    """What somebody would have typed behind a command who has filled in the fields of a form."""
    said = ((option, plain(values.get(option.name, ""))) for option in command.options)
    return " ".join(option.typed.format(value) for option, value in said if value)


def _meant(line: str) -> tuple[str, str]:
    if line.startswith("/"):
        command, _, argument = line[1:].partition(" ")
        return command, argument
    if line.casefold() in _ALONE:
        return line.casefold(), ""
    return ("paper", line) if _NUMBER.fullmatch(line) else ("papers", line)
