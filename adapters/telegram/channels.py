"""Manage channels and groups from the private chat, as channel posts have no sender whose rights could be checked."""

from __future__ import annotations

from dataclasses import replace

from telegram import (
    ChatAdministratorRights,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
)

from adapters.telegram.addressed import NAME, place
from adapters.telegram.answering import Answering, IncomingMessage
from adapters.telegram.callback_data import Line
from bot.domain.log import Log
from bot.domain.pages import Page, Section
from bot.domain.requests import Chat

log = Log(__name__)

_CHANNEL, _GROUP = 1, 2


def _rights(*, posts: bool) -> ChatAdministratorRights:
    """Return minimal administrator rights: only to post, where such a right exists."""
    return ChatAdministratorRights(
        is_anonymous=False,
        can_manage_chat=True,
        can_delete_messages=False,
        can_manage_video_chats=False,
        can_restrict_members=False,
        can_promote_members=False,
        can_change_info=False,
        can_invite_users=False,
        can_post_stories=False,
        can_edit_stories=False,
        can_delete_stories=False,
        can_post_messages=posts or None,
    )


def _keyboard() -> ReplyKeyboardMarkup:
    channel = KeyboardButtonRequestChat(
        _CHANNEL,
        chat_is_channel=True,
        user_administrator_rights=_rights(posts=True),
        bot_administrator_rights=_rights(posts=True),
        request_title=True,
    )
    group = KeyboardButtonRequestChat(
        _GROUP,
        chat_is_channel=False,
        user_administrator_rights=_rights(posts=False),
        bot_is_member=True,
        request_title=True,
    )
    buttons = [KeyboardButton("A channel", request_chat=channel), KeyboardButton("A group", request_chat=group)]
    return ReplyKeyboardMarkup([buttons], resize_keyboard=True, one_time_keyboard=True)


async def picker(answering: Answering, chat: Chat) -> None:
    """Ask the person to choose a channel or a group; Telegram then grants the bot its rights there."""
    page = Page(
        title="Which channel or group?",
        intro="Choose it below. Telegram asks you to let Paperboy post there; it needs no other right.",
        footer="If you know its name or its id, say it in front: /subscribe @name agents at 9:00 Europe/Berlin",
    )
    await answering.outbound.say(chat, page, _keyboard())


async def picked(answering: Answering, message: Message) -> None:
    """Show the subscriptions of the chosen chat, and how to add one."""
    if message.chat_shared is None or message.from_user is None:
        return
    await welcome(answering, place(message), str(message.chat_shared.chat_id), str(message.from_user.id))


async def welcome(answering: Answering, chat: Chat, there: str, person: str) -> None:
    """Show a chat's subscriptions to the person who adds the bot to it."""
    incoming = IncomingMessage(line=Line("subscriptions", "", there), chat=chat, person=person)
    answer = await answering.answer(incoming)
    if answer.target:
        how = Section(heading="To send something there", text=f"/subscribe {there} agents at 9:00 Europe/Berlin")
        answer = replace(answer, page=replace(answer.page, sections=(*answer.page.sections, how)))
    await answering.post(chat, answer)


def at_home(person: str) -> Chat:
    """Return the private chat with a person."""
    return Chat(NAME, person)
