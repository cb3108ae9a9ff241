"""Guest queries: the bot is named in a chat that it is not in, and answers with one message (Bot API 10.0).

Everybody there reads the answer, and the bot knows nothing of the chat: it reads and changes nothing of anybody's.
"""

from __future__ import annotations

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode

from adapters.telegram.callback_data import CommandLine, encode_payload
from adapters.telegram.chats import NAME
from adapters.telegram.entities import written
from adapters.telegram.incoming_command import IncomingCommand
from adapters.telegram.render import formatted, parts, preview
from adapters.telegram.responder import Responder
from adapters.telegram.senders import sender_of
from bot.commands.typed import SAY, typed
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Chat, Door
from bot.domain.text import plain as visible
from bot.domain.text import shorten
from bot.messages.localization import heading, text_in

#: guest queries belong to no chat that the bot knows
_NO_CHAT = Chat(NAME, "guest")
_LONGEST_TITLE = 200


async def answer_guest(responder: Responder, message: Message) -> None:
    """Answer what somebody asks of the bot as a guest; with the trending list if they only name it."""
    if not message.guest_query_id:
        return
    words = written(message, await responder.api.me()).without_mentions
    request = typed(words or "/trending", _NO_CHAT)
    locale = (message.from_user.language_code if message.from_user else None) or "en"
    line = CommandLine(request.command.casefold(), request.argument)
    asker = IncomingCommand(line=line, chat=_NO_CHAT, person=sender_of(message).id, locale=locale)
    language = await responder.language(asker)
    answer = await responder.answer(
        IncomingCommand(line=line, chat=_NO_CHAT, person="", locale=language, door=Door.INLINE)
    )
    page = parts(answer.page)[0]
    await responder.outbound.answer_guest(
        message.guest_query_id,
        InlineQueryResultArticle(
            id="1",
            title=shorten(visible(heading(page)), _LONGEST_TITLE) or "Paperboy",
            reply_markup=_opening(line, page, await responder.api.name()),
            input_message_content=InputTextMessageContent(
                formatted(page).html, parse_mode=ParseMode.HTML, link_preview_options=_preview(page)
            ),
        ),
    )


def _opening(line: CommandLine, page: Page, bot: str) -> InlineKeyboardMarkup | None:
    """Return the button that asks for the same in the private chat; None if the bot's name is unknown."""
    if not bot:
        return None
    payload = encode_payload(line if line.command != SAY else CommandLine("papers", line.argument)) or "start"
    label = text_in(tr("Continue in our private chat"), page.language)
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, url=f"https://t.me/{bot}?start={payload}")]])


def _preview(page: Page) -> LinkPreviewOptions:
    address = preview(page)
    return LinkPreviewOptions(url=address, prefer_small_media=True) if address else LinkPreviewOptions(is_disabled=True)
