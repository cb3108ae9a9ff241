"""Classify a message: which command lines it contains, and how each is to be handled. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from telegram import Message, User

from adapters.telegram.addressed import NAME, addressed, is_public, place
from adapters.telegram.callback_data import Line, aimed, opened
from adapters.telegram.entities import written
from bot.commands.typed import typed
from bot.domain.requests import Chat, Door

#: command that opens the chat picker; it exists on Telegram only, so it is not in the command table
PICKER = "channel"


class Kind(Enum):
    """How a part of a message is handled."""

    #: a command line
    LINE = auto()
    #: a request for the chat picker
    PICKER = auto()
    #: in a group, a line about another chat, which is answered in private only
    ELSEWHERE = auto()
    #: a photo, a voice message: nothing readable
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """One request in a message."""

    kind: Kind
    line: Line
    door: Door = Door.TYPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What is needed to parse a message."""

    bot: User
    #: names of all commands, including aliases
    names: Collection[str]
    #: commands that accept another chat as target
    about_places: Collection[str]


def requests_in(message: Message, vocabulary: Vocabulary, prompt: Line | None = None) -> tuple[MessageRequest, ...]:
    """Return the requests in a message, in order; none if it is not addressed to the bot.

    `prompt` is the line to be completed, if the message replies to a question of the bot.
    """
    lines = addressed(message, vocabulary.bot, vocabulary.names)
    is_command = any(line.startswith("/") for line in lines)
    if prompt is not None and not is_command and (words := _words(message, vocabulary)):
        completed = Line(prompt.command, f"{prompt.argument} {words}".strip(), prompt.target)
        return (MessageRequest(Kind.LINE, completed),)
    chat = place(message)
    found = tuple(_classify(line, chat, vocabulary) for line in lines if line)
    if not found and not is_public(chat) and message.via_bot is None and message.effective_attachment is not None:
        return (MessageRequest(Kind.UNREADABLE, Line("")),)
    return found


def _words(message: Message, vocabulary: Vocabulary) -> str:
    return written(message, vocabulary.bot).without_mentions if message.via_bot is None else ""


def _classify(text: str, chat: Chat, vocabulary: Vocabulary) -> MessageRequest:
    request = typed(text, Chat(NAME, chat.id))
    command = request.command.casefold()
    line = Line(command, request.argument)
    about = aimed(command, request.argument) if command in vocabulary.about_places else line
    if is_public(chat):
        return MessageRequest(Kind.ELSEWHERE if about.target else Kind.LINE, line)
    if command == PICKER:
        return MessageRequest(Kind.PICKER, line)
    if command == "start" and request.argument:
        return MessageRequest(Kind.LINE, opened(request.argument), Door.LINK)
    return MessageRequest(Kind.LINE, about)
