"""Chats of Telegram: their addresses, and which of them other people read. Pure."""

from __future__ import annotations

from telegram import Message

from bot.domain.requests import Chat

#: as in `Chat.surface`
NAME = "telegram"


def chat_of(message: Message) -> Chat:
    """Return the chat of a message. Only `is_topic_message` marks a topic: replies in plain groups have a thread id
    too.
    """
    thread = str(message.message_thread_id) if message.is_topic_message else ""
    return Chat(NAME, str(message.chat.id), thread)


def private_chat(person: str) -> Chat:
    """Return the private chat with a person."""
    return Chat(NAME, person)


def is_public(chat: Chat) -> bool:
    """Whether other people read the chat: groups and channels have negative ids."""
    return chat.id.startswith("-")


def format_chat(chat: Chat) -> str:
    """Return the chat as written in a command line: id, and "/topic"."""
    return f"{chat.id}/{chat.thread}" if chat.thread else chat.id


def parse_chat(text: str) -> Chat:
    """Return the chat that `format_chat` has written."""
    id, _, thread = text.partition("/")
    return Chat(NAME, id, thread)
