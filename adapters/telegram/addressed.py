"""Which parts of a message are addressed to the bot: commands, mentions, private messages, PDFs named by arXiv id.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from telegram import Document, Message, User
from telegram.constants import ChatType

from adapters.telegram.entities import Span, Written, written
from bot.domain.identifiers import paper_id
from bot.domain.requests import Chat

#: as in `Chat.surface`
NAME = "telegram"
#: commands that accept several lines, each starting with the command again
_OF_SEVERAL_LINES = frozenset({"import"})
_LONGEST_FILE_NAME = 100
#: what surrounds an id in a file name: "2604.01234v2 (1).pdf", "hep-th_9901001.pdf"
_COPY = re.compile(r"\s?\(\d{1,3}\)$")
_OLD_ID = re.compile(r"(?<=[A-Za-z])[_-]?(?=\d{7}(?:v\d{1,3})?$)")


def place(message: Message) -> Chat:
    """Return the chat of a message. Only `is_topic_message` marks a topic: replies in plain groups have a thread id
    too.
    """
    thread = str(message.message_thread_id) if message.is_topic_message else ""
    return Chat(NAME, str(message.chat.id), thread)


def is_public(chat: Chat) -> bool:
    """Whether other people read the chat: groups and channels have negative ids."""
    return chat.id.startswith("-")


def addressed(message: Message, bot: User, known: Collection[str]) -> tuple[str, ...]:
    """Return the lines of a message that are addressed to the bot, without the bot's name.

    In private chats everything is. Elsewhere only commands and mentions are; replies to the bot's posts are
    conversation between people.
    """
    if message.via_bot is not None or message.is_automatic_forward:
        return ()
    parsed = written(message, bot)
    private = message.chat.type == ChatType.PRIVATE
    if parsed.commands and not parsed.text[: parsed.commands[0].start].strip():
        return tuple(_commands(parsed, bot.username or "", known, private=private))
    if parsed.mentions or private:
        line = parsed.without_mentions or _paper_of_file(message.document)
        return (line,) if line or private else ("help",)
    return ()


def _commands(parsed: Written, bot: str, known: Collection[str], *, private: bool) -> Iterator[str]:
    """Yield each command with its arguments, up to the next command."""
    starts = [span for number, span in enumerate(parsed.commands) if not number or _command(parsed, span)[0] in known]
    ends = [span.start for span in starts[1:]] + [len(parsed.text)]
    last = ""
    lines: list[str] = []
    for span, end in zip(starts, ends, strict=True):
        name, recipient = _command(parsed, span)
        # a group may have other bots: unknown commands that do not name this bot are for them
        ours = recipient.casefold() == bot.casefold() if recipient else private or name in known
        line = f"/{parsed.text[span.start + 1 : span.end].partition('@')[0]} {parsed.text[span.end : end]}".strip()
        if ours and name == last and name in _OF_SEVERAL_LINES:
            lines.append(line)
        elif ours:
            if lines:
                yield " ".join(lines)
            lines = [line]
        last = name if ours else ""
    if lines:
        yield " ".join(lines)


def _command(parsed: Written, span: Span) -> tuple[str, str]:
    """Return a command's name and the bot name behind its "@"."""
    name, _, recipient = parsed.text[span.start + 1 : span.end].partition("@")
    return name.casefold(), recipient


def _paper_of_file(document: Document | None) -> str:
    """Return the command for the paper after whose id a file is named; empty if there is none."""
    name = (document.file_name or "")[:_LONGEST_FILE_NAME] if document else ""
    stem = _COPY.sub("", name.rpartition(".")[0] if name.casefold().endswith(".pdf") else name)
    id = paper_id(stem) or paper_id(_OLD_ID.sub("/", stem))
    return f"/paper {id}" if id else ""
