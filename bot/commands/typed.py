"""What a person types, wherever they type it."""

from __future__ import annotations

import re

from bot.models import Chat, Request
from bot.text import plain

#: what nobody means as a topic when it is all they say
_ALONE = frozenset({"help", "start", "status", "trending"})
_NUMBER = re.compile(r"#?\d{1,3}")


def typed(text: str, chat: Chat, *, person: str = "", may_manage: bool = False, locale: str = "en") -> Request:
    """ "/why 3" asks for a command, "3" for that paper; other text without a slash asks for papers on that topic."""
    command, argument = _meant(plain(text))
    return Request(chat=chat, person=person, may_manage=may_manage, command=command, argument=argument, locale=locale)


def _meant(line: str) -> tuple[str, str]:
    if line.startswith("/"):
        command, _, argument = line[1:].partition(" ")
        return command, argument
    if line.casefold() in _ALONE:
        return line.casefold(), ""
    return ("paper", line) if _NUMBER.fullmatch(line) else ("papers", line)
