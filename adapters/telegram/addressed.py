"""Pure: what of that which people write is meant for the bot."""

from __future__ import annotations

from collections.abc import Collection

from telegram import Message
from telegram.constants import ChatType

from bot.models import Chat

#: as in `Chat.surface`
NAME = "telegram"


def place(message: Message) -> Chat:
    """Where it stands. Only `is_topic_message` tells a topic: a reply in a plain group has a thread id as well."""
    thread = str(message.message_thread_id) if message.is_topic_message else ""
    return Chat(NAME, str(message.chat.id), thread)


def is_public(chat: Chat) -> bool:
    """Whether others read what is said there: groups and channels have negative ids."""
    return chat.id.startswith("-")


def addressed(message: Message, bot: str, known: Collection[str]) -> str:
    """What a message asks of the bot called `bot`, without its name; empty where it is not meant.

    In a private chat everything is. Elsewhere: commands of ours, mentions, and answers to what the bot has said.
    """
    text = (message.text or "").strip()
    if not text or message.via_bot is not None:
        return ""
    if text.startswith("/"):
        return _command(text, bot, known, private=message.chat.type == ChatType.PRIVATE)
    if message.chat.type == ChatType.PRIVATE:
        return text
    if (without := _unmentioned(text, bot)) is not None:
        return without or "help"
    replied = message.reply_to_message
    answered = replied.from_user if replied else None
    return text if answered and answered.username == bot else ""


def _command(text: str, bot: str, known: Collection[str], *, private: bool) -> str:
    said, blank, rest = text[1:].partition(" ")
    name, at, whose = said.partition("@")
    if at and whose.casefold() != bot.casefold():
        return ""
    # other bots may live in a group: what is none of ours, and not said to us, is theirs
    return f"/{name}{blank}{rest}" if at or private or name.casefold() in known else ""


def _unmentioned(text: str, bot: str) -> str | None:
    """The text without the bot's name; None where that is not in it."""
    words = text.split()
    others = [word for word in words if word.casefold().rstrip(",:.!?") != f"@{bot}".casefold()]
    return " ".join(others) if len(others) < len(words) else None
