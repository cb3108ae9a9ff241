"""Pure: from a message to what is to be done about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from telegram import Message, User

from adapters.telegram.addressed import NAME, addressed, is_public, place
from adapters.telegram.entities import written
from adapters.telegram.lines import Line, aimed, opened
from bot.commands.typed import typed
from bot.models import Chat, Door

#: how a person asks for the picker of channels; it is none of the engine's commands, as only Telegram has one
PICKER = "channel"


class Kind(Enum):
    """What a piece of a message is."""

    #: a line for the engine
    LINE = auto()
    #: a wish to choose a channel or a group
    PICKER = auto()
    #: in a group, a line about another place, which is told in private only
    ELSEWHERE = auto()
    #: a photo, a voice: nothing that can be read
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that a message asks."""

    kind: Kind
    line: Line
    door: Door = Door.TYPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What has to be known to understand a message."""

    bot: User
    #: names of commands, aliases included
    names: Collection[str]
    #: commands that may be about another place
    about_places: Collection[str]


def heard(message: Message, vocabulary: Vocabulary, prompt: Line | None = None) -> tuple[Heard, ...]:
    """Return everything that a message asks of the bot, in order; nothing where it is not meant for it.

    `prompt` is the line that the message completes, where it replies to a question of the bot.
    """
    said = addressed(message, vocabulary.bot, vocabulary.names)
    if prompt is not None and not any(line.startswith("/") for line in said) and (words := _words(message, vocabulary)):
        completed = Line(prompt.command, f"{prompt.argument} {words}".strip(), prompt.target)
        return (Heard(Kind.LINE, completed),)
    chat = place(message)
    found = tuple(_heard(line, chat, vocabulary) for line in said if line)
    if not found and not is_public(chat) and message.via_bot is None and message.effective_attachment is not None:
        return (Heard(Kind.UNREADABLE, Line("")),)
    return found


def _words(message: Message, vocabulary: Vocabulary) -> str:
    return written(message, vocabulary.bot).without_mentions if message.via_bot is None else ""


def _heard(said: str, chat: Chat, vocabulary: Vocabulary) -> Heard:
    request = typed(said, Chat(NAME, chat.id))
    command = request.command.casefold()
    line = Line(command, request.argument)
    about = aimed(command, request.argument) if command in vocabulary.about_places else line
    if is_public(chat):
        return Heard(Kind.ELSEWHERE if about.target else Kind.LINE, line)
    if command == PICKER:
        return Heard(Kind.PICKER, line)
    if command == "start" and request.argument:
        return Heard(Kind.LINE, opened(request.argument), Door.LINK)
    return Heard(Kind.LINE, about)
