"""Manage channels and groups from the private chat, as channel posts have no sender whose rights could be checked."""

from __future__ import annotations

from dataclasses import replace

from telegram import (
    ChatAdministratorRights,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
    User,
)

from adapters.telegram.callback_data import CommandLine
from adapters.telegram.chats import chat_of, private_chat
from adapters.telegram.incoming_command import IncomingCommand
from adapters.telegram.responder import Responder
from bot.domain.i18n import tr
from bot.domain.pages import Action, Page, Section
from bot.domain.requests import Chat
from bot.messages.localization import text_in

_CHANNEL, _GROUP = 1, 2
_SETTINGS = "agents at 9:00 Europe/Berlin"
_EXAMPLE = f"/subscribe @name {_SETTINGS}"
_WHICH = Page(
    title=tr("Which channel or group?"),
    intro=tr("Choose it below. Telegram will ask you to let me post there. I need no other permission."),
    footer=tr("Or put its @name in the command: {command}", command=_EXAMPLE),
)


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


def _keyboard(language: str) -> ReplyKeyboardMarkup:
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
    buttons = [
        KeyboardButton(text_in(tr("Channel"), language), request_chat=channel),
        KeyboardButton(text_in(tr("Group"), language), request_chat=group),
    ]
    return ReplyKeyboardMarkup([buttons], resize_keyboard=True, one_time_keyboard=True)


async def picker(responder: Responder, incoming: IncomingCommand) -> None:
    """Ask the person to choose a channel or a group; Telegram then grants the bot its rights there."""
    page = await responder.in_language(incoming, _WHICH)
    await responder.outbound.say(incoming.chat, page, _keyboard(page.language))


async def picked(responder: Responder, message: Message) -> None:
    """Show the subscriptions of the chosen chat, and how to add one."""
    if message.chat_shared is None or message.from_user is None:
        return
    await welcome(responder, str(message.chat_shared.chat_id), message.from_user, chat=chat_of(message))


async def welcome(
    responder: Responder, there: str, user: User, *, chat: Chat | None = None, actions: tuple[Action, ...] = ()
) -> None:
    """Show a chat's subscriptions to the person who adds the bot to it, in `chat` or else in their private chat.

    `actions` are buttons about that chat in place of the page's own.
    """
    person = str(user.id)
    chat = chat or private_chat(person)
    incoming = IncomingCommand(
        line=CommandLine("subscriptions", "", there), chat=chat, person=person, locale=user.language_code or "en"
    )
    answer = await responder.answer(incoming)
    if answer.target:
        heading = text_in(tr("To add a digest there, send"), answer.page.language)
        how = Section(heading=heading, text=f"/subscribe {there} {_SETTINGS}")
        page = replace(answer.page, sections=(*answer.page.sections, how), actions=actions or answer.page.actions)
        answer = replace(answer, page=page)
    await responder.answers.post(chat, answer)
