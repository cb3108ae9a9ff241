"""`paperboy chat --json`: answers each line with a JSON object, for programs and tests.

An input line is plain text in the terminal's own chat, or an object
`{"chat": "console:7", "person": "7", "locale": "en", "text": "more"}`, of which only `text` is needed. An output line
has the command that the line was understood as, its argument, the query as it was understood, and the page.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TextIO

from bot.app.cli.exported import Json
from bot.app.cli.output import encoded
from bot.commands import Reply
from bot.commands.facade import BotService
from bot.commands.paging import after_page
from bot.commands.trending import understood
from bot.commands.typed import typed
from bot.domain.errors import BadArgument
from bot.domain.pages import Action, Card, Page, Section, Trouble
from bot.domain.requests import Chat, Request
from bot.query import parse, show

_HERE = Chat("console", "terminal")
_FIELDS = frozenset({"chat", "person", "locale", "text"})


@dataclass(frozen=True, slots=True)
class BadLine(Exception):
    """An input line that is neither plain text nor a valid object."""

    reason: str


async def converse(service: BotService, today: date, lines: TextIO, out: TextIO) -> None:
    """Answer line after line until the input ends. An invalid line is answered with an error."""
    while line := await asyncio.to_thread(lines.readline):
        if not line.strip():
            continue
        try:
            reply = reply_facts(await service.respond(read(line)), today)
        except BadLine as error:
            reply = {"error": error.reason}
        out.write(encoded(reply, out) + "\n")
        out.flush()


def read(line: str) -> Request:
    """Return the request of an input line. Raise `BadLine`."""
    text = line.strip()
    if not text.startswith("{"):
        return typed(text, _HERE, may_manage=True)
    try:
        said = json.loads(text)
    except ValueError as error:
        raise BadLine(f"This is not a JSON object: {error}") from None
    if unknown := sorted(set(said) - _FIELDS):
        raise BadLine(f"Unknown field {unknown[0]!r}; known are chat, person, locale and text.")
    values = {name: said.get(name, "") for name in _FIELDS}
    if wrong := [name for name, value in sorted(values.items()) if not isinstance(value, str)]:
        raise BadLine(f"The field {wrong[0]!r} must be a string.")
    locale = values["locale"] or "en"
    chat, person = _chat(values["chat"]), values["person"]
    request = typed(values["text"], chat, person=person, may_manage=True, locale=locale)
    return replace(request, direct=chat.id == person)


def _chat(text: str) -> Chat:
    if not text:
        return _HERE
    surface, _, rest = text.partition(":")
    id, _, thread = rest.partition(":")
    if not (surface and id):
        raise BadLine(f"{text!r} is not a chat. Write it like console:7 or telegram:-1001:7.")
    return Chat(surface, id, thread)


def reply_facts(reply: Reply, today: date) -> Json:
    """Return a reply as JSON values."""
    page = reply.page
    return {
        "command": reply.command,
        "argument": reply.argument,
        "query": _query(reply, today),
        "page": page_facts(page),
        "refusal": None if page.trouble is Trouble.NONE else page.trouble.value,
    }


def page_facts(page: Page) -> Json:
    """Return a page with all of its parts."""
    return {
        "title": page.title,
        "intro": page.intro,
        "sections": [_section(section) for section in page.sections],
        "footer": page.footer,
        "actions": [_action(action) for action in page.actions],
        "links": [{"label": link.label, "url": link.url} for link in page.links],
    }


def _query(reply: Reply, today: date) -> str | None:
    """Return the query of /papers or /trending in the query language; None for other commands."""
    argument, _ = after_page(reply.argument)
    if reply.command == "papers":
        return show(parse(argument, today))
    if reply.command == "trending":
        try:
            return show(parse(understood(argument, today).words, today))
        except BadArgument:
            return None
    return None


def _section(section: Section) -> Json:
    return {
        "heading": section.heading,
        "text": section.text,
        "verbatim": section.verbatim,
        "rows": [
            {"label": row.label, "text": row.text} | ({"url": row.url} if row.url else {}) for row in section.rows
        ],
        "cards": [_card(card) for card in section.cards],
    }


def _card(card: Card) -> Json:
    return {
        "id": card.key,
        "number": card.number,
        "title": card.title,
        "url": card.url,
        "byline": card.byline,
        "reason": card.reason,
        "links": [{"label": link.label, "url": link.url} for link in card.links],
        "body": card.body,
        "actions": [_action(action) for action in card.actions],
    }


def _action(action: Action) -> Json:
    return {"label": action.label, "command": action.command}
