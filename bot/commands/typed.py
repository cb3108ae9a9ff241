"""What a person types, wherever they type it."""

from __future__ import annotations

from bot.models import Chat, Request
from bot.text import plain


def typed(text: str, chat: Chat, *, person: str = "", may_manage: bool = False, locale: str = "en") -> Request:
    """ "/why 3" asks for a command; text without a slash asks for papers on that topic."""
    line = plain(text)
    command, _, argument = line[1:].partition(" ") if line.startswith("/") else ("papers", "", line)
    return Request(
        chat=chat, person=person, may_manage=may_manage, command=command, argument=argument.strip(), locale=locale
    )
