"""Permissions: who may manage a chat's subscriptions, and whether the bot may post there."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden

from adapters.telegram.chats import NAME
from adapters.telegram.outbound import Outbound
from adapters.telegram.senders import is_person
from adapters.telegram.targets import is_invitation
from bot.domain.errors import NotAllowed, NotFound, UserError
from bot.domain.i18n import Message, tr
from bot.domain.requests import Chat

_TARGETS = (ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL)
_CAN_WRITE = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER)


class ChatUnreachable(NotFound):
    """Telegram does not tell the bot who manages a chat: it was removed, or the chat is gone or never existed."""


@dataclass(frozen=True, slots=True)
class Target:
    """A chat that is managed from the private chat."""

    chat: Chat
    title: str


async def may_manage(outbound: Outbound, chat_id: str, person: str) -> bool:
    """Whether a person is an administrator of a group, or may post in a channel."""
    return await known_manager(outbound, chat_id, person) or False


async def known_manager(outbound: Outbound, chat_id: str, person: str) -> bool | None:
    """As `may_manage`; None if Telegram does not tell the bot."""
    try:
        member = await outbound.member(int(chat_id), int(person))
    except (BadRequest, Forbidden):
        return None
    return member.status == ChatMemberStatus.OWNER or _may_post_as_administrator(member)


async def is_member(outbound: Outbound, chat_id: str, person: str) -> bool:
    """Whether a person is in a group or channel, in whatever role."""
    if not is_person(person):
        return False
    try:
        member = await outbound.member(int(chat_id), int(person))
    except (BadRequest, Forbidden):
        return False
    if isinstance(member, ChatMemberRestricted):
        return bool(member.is_member)
    return member.status in _CAN_WRITE


def may_write(member: ChatMember, *, channel: bool) -> bool:
    """Whether the bot may post there."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and bool(member.can_send_messages)
    if channel:
        return _may_post_as_administrator(member)
    return member.status in _CAN_WRITE


async def resolve_target(outbound: Outbound, bot: User, named: str, person: str, *, posts: bool = True) -> Target:
    """Return the chat that a person names by id or @name, if both they and the bot have the rights.

    The bot needs to be allowed to post only if it `posts` there. Raise `NotFound` and `NotAllowed`. To people who do
    not manage a private chat, it looks like one that does not exist.
    """
    if is_invitation(named):
        raise NotFound(tr("Bots can't use invite links."), _invite())
    name, _, thread = named.partition("/")
    unseen: UserError = NotFound(tr("I can't find {chat}.", chat=name), _invite())
    try:
        found = await outbound.chat(int(name) if name.lstrip("-").isdecimal() else name)
    except (BadRequest, Forbidden):
        raise ChatUnreachable(unseen.message, unseen.hint) from None
    if found.type not in _TARGETS:
        raise unseen
    manages = await known_manager(outbound, str(found.id), person)
    if not manages:
        refusal = unseen
        if found.username:
            refusal = NotAllowed(
                tr("You can't manage {chat}.", chat=name),
                tr("Ask an administrator who can post there to send this command."),
            )
        raise ChatUnreachable(refusal.message, refusal.hint) if manages is None else refusal
    if posts and not await _posts(outbound, bot, found):
        raise NotAllowed(tr("I'm not allowed to post in {chat}.", chat=found.title or name), _invite())
    # a number behind another chat's link is a message id
    return Target(Chat(NAME, str(found.id), thread if found.is_forum else ""), found.title or name)


async def _posts(outbound: Outbound, bot: User, place: ChatFullInfo) -> bool:
    try:
        own = await outbound.member(place.id, bot.id)
    except (BadRequest, Forbidden):
        return False
    return may_write(own, channel=place.type == ChatType.CHANNEL)


def _invite() -> Message:
    return tr(
        "Make me an administrator there with the right to post messages. Then choose the chat here: {command}",
        command="/channel",
    )


def _may_post_as_administrator(member: ChatMember) -> bool:
    """Whether an administrator may post. In groups this is not an administrator right, and None."""
    return isinstance(member, ChatMemberAdministrator) and member.can_post_messages is not False
