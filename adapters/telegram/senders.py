"""The sender of an update: a person, an anonymous administrator, or a channel. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update

#: the account that Telegram shows for anonymous administrators
GROUP_ANONYMOUS_BOT = 1087968824
#: the account that Telegram shows for people who post as a channel
CHANNEL_BOT = 136817688
#: the account that Telegram shows for posts copied from a linked channel
TELEGRAM = 777000
_SHARED = frozenset({GROUP_ANONYMOUS_BOT, CHANNEL_BOT, TELEGRAM})


@dataclass(frozen=True, slots=True)
class UpdateSender:
    """A person, or the chat in whose name somebody writes."""

    #: id of the person, or the negative one of the chat
    id: str
    #: an anonymous administrator, writing as the group
    is_group: bool = False

    @property
    def is_person(self) -> bool:
        """Whether it is a person with a private chat."""
        return is_person(self.id)


def is_person(id: str) -> bool:
    """Whether an id is a person's; groups and channels have negative ids."""
    return id.isdecimal()


def sender_of(message: Message) -> UpdateSender:
    """Return the sender of a message."""
    chat = message.sender_chat
    shared = message.from_user is None or message.from_user.id in _SHARED
    if chat is not None:
        return UpdateSender(str(chat.id), is_group=chat.id == message.chat.id)
    if shared:
        hidden = message.from_user is not None and message.from_user.id == GROUP_ANONYMOUS_BOT
        return UpdateSender(str(message.chat.id), is_group=hidden)
    return UpdateSender(str(message.from_user.id)) if message.from_user else UpdateSender("")


def presser_of(query: CallbackQuery) -> UpdateSender:
    """Return the sender of a callback query."""
    if query.from_user.id in _SHARED and query.message is not None:
        return UpdateSender(str(query.message.chat.id))
    return UpdateSender(str(query.from_user.id))


def key_of(update: Update) -> str:
    """Return the key of an update's sender for the inbound queues."""
    if update.message is not None:
        return sender_of(update.message).id
    if update.guest_message is not None:
        return sender_of(update.guest_message).id
    if update.callback_query is not None:
        return presser_of(update.callback_query).id
    whose = update.effective_user or update.effective_chat
    return str(whose.id if whose else update.update_id)
