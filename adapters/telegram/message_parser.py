"""Parse messages: which command lines are addressed to the bot (commands, mentions, private messages, PDFs named by
arXiv id or DOI), and how each is to be handled. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from telegram import Document, Message, User
from telegram.constants import ChatType

from adapters.telegram.callback_data import CommandLine, decode_payload, split_target
from adapters.telegram.chats import NAME, chat_of, is_public
from adapters.telegram.entities import Span, Written, written
from bot.commands.managed_chats import destination
from bot.commands.typed import typed
from bot.domain.identifiers import paper_id
from bot.domain.requests import Chat, Door

#: command that opens the chat picker; it exists on Telegram only, so it is not in the command table
PICKER = "channel"
#: commands that accept several lines, each starting with the command again
_OF_SEVERAL_LINES = frozenset({"import"})
_LONGEST_FILE_NAME = 100
#: what surrounds an id in a file name: "2604.01234v2 (1).pdf", "hep-th_9901001.pdf"
_COPY = re.compile(r"\s?\(\d{1,3}\)$")
_OLD_ID = re.compile(r"(?<=[A-Za-z])[_-]?(?=\d{7}(?:v\d{1,3})?$)")
#: "10.1101_2024.01.02.573456.pdf"
_DOI_PREFIX = re.compile(r"(?<![\d.])(10\.\d{4,9})_")


class RequestKind(Enum):
    """How a part of a message is handled."""

    #: a command line
    LINE = auto()
    #: a request for the chat picker
    PICKER = auto()
    #: in a group, a line about another chat, which is managed from the private chat
    OTHER_CHAT = auto()
    #: a photo, a voice message: nothing readable
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """One request in a message."""

    kind: RequestKind
    line: CommandLine
    door: Door = Door.TYPED


@dataclass(frozen=True, slots=True, kw_only=True)
class ParserContext:
    """What is needed to parse a message."""

    bot: User
    #: names of all commands, including aliases
    commands: Collection[str]
    #: commands that accept another chat as target
    with_target: Collection[str]


def requests_in(
    message: Message, context: ParserContext, prompt: CommandLine | None = None
) -> tuple[MessageRequest, ...]:
    """Return the requests in a message, in order; none if it is not addressed to the bot.

    `prompt` is the line to be completed, if the message replies to a question of the bot.
    """
    lines = command_lines(message, context.bot, context.commands)
    is_command = any(line.startswith("/") for line in lines)
    if prompt is not None and not is_command and (words := _words(message, context)):
        completed = CommandLine(prompt.command, f"{prompt.argument} {words}".strip(), prompt.target)
        return (MessageRequest(RequestKind.LINE, completed),)
    chat = chat_of(message)
    found = tuple(_classify(line, chat, context) for line in lines if line)
    if not found and not is_public(chat) and message.via_bot is None and message.effective_attachment is not None:
        return (MessageRequest(RequestKind.UNREADABLE, CommandLine("")),)
    return found


def _words(message: Message, context: ParserContext) -> str:
    return written(message, context.bot).without_mentions if message.via_bot is None else ""


def _classify(text: str, chat: Chat, context: ParserContext) -> MessageRequest:
    request = typed(text, Chat(NAME, chat.id))
    command = request.command.casefold()
    line = CommandLine(command, request.argument)
    about = split_target(command, request.argument) if command in context.with_target else line
    if is_public(chat):
        elsewhere = about.target or (command in context.with_target and destination(request.argument))
        return MessageRequest(RequestKind.OTHER_CHAT if elsewhere else RequestKind.LINE, line)
    if command == PICKER:
        return MessageRequest(RequestKind.PICKER, line)
    if command == "start" and request.argument:
        return MessageRequest(RequestKind.LINE, decode_payload(request.argument), Door.LINK)
    return MessageRequest(RequestKind.LINE, about)


def command_lines(message: Message, bot: User, known: Collection[str]) -> tuple[str, ...]:
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
    id = paper_id(_DOI_PREFIX.sub(r"\1/", stem)) or paper_id(_OLD_ID.sub("/", stem))
    return f"/paper {id}" if id else ""
