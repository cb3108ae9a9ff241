"""Who may change what a place gets, and whether the bot can bring it anything."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden

from adapters.telegram.addressed import NAME
from adapters.telegram.api import Api
from bot.errors import NotAllowed, NotFound
from bot.models import Chat

_HERE = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER)


@dataclass(frozen=True, slots=True)
class Target:
    """A place that is managed from elsewhere."""

    chat: Chat
    title: str


async def may_manage(api: Api, chat_id: str, person: str) -> bool:
    """Whether a person is an administrator of a group, or may post in a channel."""
    try:
        member = await api.bot.get_chat_member(int(chat_id), int(person))
    except (BadRequest, Forbidden):
        return False
    return member.status == ChatMemberStatus.OWNER or _may_post_as_administrator(member)


def may_write(member: ChatMember, *, channel: bool) -> bool:
    """Whether the bot can bring something there."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and bool(member.can_send_messages)
    if channel:
        return _may_post_as_administrator(member)
    return member.status in _HERE


async def target(api: Api, said: str, person: str) -> Target:
    """The place that a person names by its id or @name, where both they and the bot have the rights.

    Raises `NotFound` and `NotAllowed`, which name what is missing.
    """
    name, _, thread = said.partition("/")
    try:
        found = await api.bot.get_chat(int(name) if name.lstrip("-").isdecimal() else name)
        own = await api.bot.get_chat_member(found.id, (await api.me()).id)
    except (BadRequest, Forbidden):
        raise NotFound(f"{name} is no place that the bot can see.", _INVITE) from None
    title = found.title or name
    if not may_write(own, channel=found.type == ChatType.CHANNEL):
        raise NotAllowed(f"The bot may not post in {title}.", _INVITE)
    if not await may_manage(api, str(found.id), person):
        raise NotAllowed(f"You may not manage {title}.", "It takes an administrator of it who may post there.")
    return Target(Chat(NAME, str(found.id), thread), title)


_INVITE = "Make it an administrator there with the right to post messages, then try again: /channel"


def _may_post_as_administrator(member: ChatMember) -> bool:
    """In groups the right to post is not given to administrators, it is everybody's; there it is None."""
    return isinstance(member, ChatMemberAdministrator) and member.can_post_messages is not False
