"""Pure: who is behind an update. What Telegram names as the sender is not always one person."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update

#: the account in whose name an administrator writes who hides behind the group
GROUP_ANONYMOUS_BOT = 1087968824
#: the account in whose name people write who post as a channel
CHANNEL_BOT = 136817688
#: the account in whose name posts of a linked channel are copied into its group
TELEGRAM = 777000
_SHARED = frozenset({GROUP_ANONYMOUS_BOT, CHANNEL_BOT, TELEGRAM})


@dataclass(frozen=True, slots=True)
class Sender:
    """A person, or the chat in whose name somebody writes."""

    #: of a person, or the negative one of a chat
    id: str
    #: an administrator of the group, as the group itself writes
    is_group: bool = False

    @property
    def is_person(self) -> bool:
        """Whether it is one person, with a private chat of their own."""
        return is_person(self.id)


def is_person(id: str) -> bool:
    """Whether an id is that of a person: those of groups and channels are negative."""
    return id.isdecimal()


def sender_of(message: Message) -> Sender:
    """Return who wrote a message."""
    chat = message.sender_chat
    shared = message.from_user is None or message.from_user.id in _SHARED
    if chat is not None:
        return Sender(str(chat.id), is_group=chat.id == message.chat.id)
    if shared:
        hidden = message.from_user is not None and message.from_user.id == GROUP_ANONYMOUS_BOT
        return Sender(str(message.chat.id), is_group=hidden)
    return Sender(str(message.from_user.id)) if message.from_user else Sender("")


def presser_of(query: CallbackQuery) -> Sender:
    """Return who pressed a button."""
    if query.from_user.id in _SHARED and query.message is not None:
        return Sender(str(query.message.chat.id))
    return Sender(str(query.from_user.id))


def key_of(update: Update) -> str:
    """Return what tells the inbound queues of an update's sender from all others."""
    if update.message is not None:
        return sender_of(update.message).id
    if update.callback_query is not None:
        return presser_of(update.callback_query).id
    whose = update.effective_user or update.effective_chat
    return str(whose.id if whose else update.update_id)
