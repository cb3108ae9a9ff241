"""Membership events: the bot is added or removed, groups become supergroups, topics reopen. Subscriptions are
paused, resumed or moved.
"""

from __future__ import annotations

from telegram import ChatMemberUpdated, Message
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from adapters.telegram.addressed import NAME
from adapters.telegram.answering import Answering
from adapters.telegram.channels import at_home, welcome
from adapters.telegram.rights import may_write
from bot.commands.facade import BotService
from bot.domain.log import Log
from bot.domain.requests import Chat

log = Log(__name__)


async def changed(answering: Answering, change: ChatMemberUpdated) -> None:
    """Pause a chat's subscriptions when the bot can no longer write to it, and resume them when it can."""
    place, now = str(change.chat.id), change.new_chat_member
    channel = change.chat.type == ChatType.CHANNEL
    if not may_write(now, channel=channel):
        paused = await answering.service.lost(NAME, [place], _reason(change))
        log.info("chat unreachable", surface=NAME, chat=place, paused=paused)
        return
    resumed = await answering.service.regained(NAME, [place])
    log.info("chat reachable again", surface=NAME, chat=place, resumed=resumed)
    if channel and not may_write(change.old_chat_member, channel=True):
        await _greet(answering, place, str(change.from_user.id))


async def migrated(service: BotService, message: Message) -> bool:
    """Move subscriptions when a group becomes a supergroup. Telegram sends two messages in any order; handling both
    is harmless.
    """
    if message.migrate_to_chat_id is not None:
        old, new = message.chat.id, message.migrate_to_chat_id
    elif message.migrate_from_chat_id is not None:
        old, new = message.migrate_from_chat_id, message.chat.id
    else:
        return False
    rows = await service.moved(Chat(NAME, str(old)), Chat(NAME, str(new)))
    # a delivery may have paused the old group before this event arrived
    await service.regained(NAME, [str(new)])
    log.info("chat moved", surface=NAME, chat=str(old), to=str(new), rows=rows)
    return True


async def reopened(service: BotService, message: Message) -> bool:
    """Resume subscriptions paused because a topic was closed; those that still fail are paused again by the next
    delivery.
    """
    if message.forum_topic_reopened is None:
        return False
    await service.regained(NAME, [str(message.chat.id)])
    return True


async def _greet(answering: Answering, place: str, person: str) -> None:
    """Explain the bot to the person who added it to a channel; they may not have started it."""
    try:
        await welcome(answering, at_home(person), place, person)
    except TelegramError as error:
        log.info("greeting not sent", surface=NAME, reason=type(error).__name__)


def _reason(change: ChatMemberUpdated) -> str:
    match change.new_chat_member.status:
        case ChatMemberStatus.BANNED if change.chat.type == ChatType.PRIVATE:
            return "the bot was blocked"
        case ChatMemberStatus.BANNED | ChatMemberStatus.LEFT:
            return "the bot was removed"
    return "the bot may not write there"
