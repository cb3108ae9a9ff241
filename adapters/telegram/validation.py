"""Type checks for updates: the library does not validate what it parses. Pure."""

from __future__ import annotations

from telegram import CallbackQuery, Chat, ChatMemberUpdated, InlineQuery, Message, Update, User

#: larger than any chat, user or message id
_MOST = 1 << 53


def check(update: Update) -> None:
    """Raise `TypeError` if a field of the update that is used has the wrong type."""
    if update.message is not None:
        _check_message(update.message)
    if update.guest_message is not None:
        _check_message(update.guest_message)
        _text("guest_query_id", update.guest_message.guest_query_id, optional=False)
    if update.callback_query is not None:
        _check_press(update.callback_query)
    if update.inline_query is not None:
        _check_inline(update.inline_query)
    if update.my_chat_member is not None:
        _check_change(update.my_chat_member)


def _check_message(message: Message) -> None:
    _number("message_id", message.message_id)
    _check_chat(message.chat)
    _check_person(message.from_user)
    _check_chat(message.sender_chat)
    for name in ("text", "caption", "media_group_id"):
        _text(name, getattr(message, name))
    for name in ("message_thread_id", "migrate_to_chat_id", "migrate_from_chat_id"):
        _number(name, getattr(message, name), optional=True)
    for mark in (*message.entities, *message.caption_entities):
        _number("offset", mark.offset)
        _number("length", mark.length)
        _text("type", mark.type)
    if message.document is not None:
        _text("file_name", message.document.file_name)
    if message.chat_shared is not None:
        _number("chat_shared", message.chat_shared.chat_id)
    if message.reply_to_message is not None:
        _number("reply_to_message", message.reply_to_message.message_id)


def _check_press(query: CallbackQuery) -> None:
    _text("id", query.id, optional=False)
    _text("data", query.data)
    _check_person(query.from_user)
    if query.message is not None:
        _number("message_id", query.message.message_id)
        _check_chat(query.message.chat)
    if isinstance(query.message, Message):
        _number("message_thread_id", query.message.message_thread_id, optional=True)


def _check_inline(query: InlineQuery) -> None:
    _text("id", query.id, optional=False)
    _text("query", query.query, optional=False)
    _text("offset", query.offset, optional=False)
    _check_person(query.from_user)


def _check_change(change: ChatMemberUpdated) -> None:
    _check_chat(change.chat)
    _check_person(change.from_user)
    _text("status", change.old_chat_member.status, optional=False)
    _text("status", change.new_chat_member.status, optional=False)


def _check_chat(chat: Chat | None) -> None:
    if chat is not None:
        _number("chat", chat.id)
        _text("type", chat.type, optional=False)


def _check_person(person: User | None) -> None:
    if person is not None:
        _number("from", person.id)
        _text("language_code", person.language_code)


def _number(name: str, value: object, *, optional: bool = False) -> None:
    if value is None and optional:
        return
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _MOST:
        raise TypeError(f"{name} is {type(value).__name__}, not an id")


def _text(name: str, value: object, *, optional: bool = True) -> None:
    if value is None and optional:
        return
    if not isinstance(value, str):
        raise TypeError(f"{name} is {type(value).__name__}, not text")
