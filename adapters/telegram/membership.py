"""Membership events: the bot is added or removed, groups become supergroups, topics reopen. Subscriptions are
paused, resumed or moved.
"""

from __future__ import annotations

from telegram import ChatMemberUpdated, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import Forbidden, TelegramError

from adapters.telegram.channels import welcome
from adapters.telegram.chats import NAME
from adapters.telegram.keyboards import keyboard
from adapters.telegram.outbound import NoTurn
from adapters.telegram.permission_checks import may_write
from adapters.telegram.responder import Responder
from bot.commands.facade import BotService
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Chat

log = Log(__name__)


async def changed(responder: Responder, change: ChatMemberUpdated) -> None:
    """Pause a chat's subscriptions when the bot can no longer write to it, and resume them when it can."""
    chat, now = str(change.chat.id), change.new_chat_member
    channel = change.chat.type == ChatType.CHANNEL
    if not may_write(now, channel=channel):
        removed = now.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
        paused = await responder.service.lost(NAME, [chat], _reason(change), removed=removed)
        log.info("chat unreachable", surface=NAME, chat=chat, paused=paused)
        return
    resumed = await responder.service.regained(NAME, [chat])
    log.info("chat reachable again", surface=NAME, chat=chat, resumed=resumed)
    if may_write(change.old_chat_member, channel=channel):
        return
    await responder.places.managed_chats.note(Chat(NAME, chat), change.chat.title or "", str(change.from_user.id))
    await responder.languages.suggest(Chat(NAME, chat), change.from_user.language_code or "")
    if change.chat.type != ChatType.PRIVATE:
        await _greet(responder, change, channel=channel)


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


async def _greet(responder: Responder, change: ChatMemberUpdated, *, channel: bool) -> None:
    """Explain the bot in the group that added it, once; for a channel to the person who did, where only they read it.

    If Telegram does not allow that, because they have not started the bot, it is said in the channel without a sound.
    """
    chat, person = Chat(NAME, str(change.chat.id)), change.from_user
    page = await responder.service.greeting(chat, person.language_code or "en")
    if page is None:
        return
    try:
        if channel and await _greet_privately(responder, chat, person, page):
            return
        markup = keyboard(page, await responder.answers.keyboard_context(chat, page))
        await responder.outbound.say(chat, page, markup, silent=channel)
    except (TelegramError, NoTurn) as error:
        log.info("greeting not sent", surface=NAME, chat=str(chat), reason=type(error).__name__)


async def _greet_privately(responder: Responder, chat: Chat, person: User, page: Page) -> bool:
    """Show the subscriptions of a channel to the person who added the bot. Return False if that is not possible."""
    try:
        await welcome(responder, chat.id, person, actions=page.actions)
    except Forbidden:
        return False
    return True


def _reason(change: ChatMemberUpdated) -> str:
    match change.new_chat_member.status:
        case ChatMemberStatus.BANNED if change.chat.type == ChatType.PRIVATE:
            return tr("the bot was blocked")
        case ChatMemberStatus.BANNED | ChatMemberStatus.LEFT:
            return tr("the bot was removed from the chat")
    return tr("the bot isn't allowed to write there")
