"""Inline queries: search papers from any chat, even if the bot is not a member."""

from __future__ import annotations

from dataclasses import replace

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from adapters.telegram.callback_data import CommandLine, encode_payload
from adapters.telegram.chats import NAME
from adapters.telegram.incoming_command import IncomingCommand
from adapters.telegram.render import formatted, parts, preview
from adapters.telegram.responder import Responder
from bot.domain.i18n import tr
from bot.domain.identifiers import handle
from bot.domain.pages import Card, Page, Section
from bot.domain.requests import Chat, Door
from bot.domain.text import plain as visible
from bot.domain.text import sentences, shorten
from bot.messages.localization import text_in

#: results per page, and seconds for which Telegram caches them for the user: they are in the user's language
_AT_ONCE, _CACHED_SECONDS = 10, 300
#: maximum number of papers
_MOST = 25
#: characters of a description, and of the summary in it
_LINE, _SUMMARY = 240, 160
#: inline queries belong to no chat
_NO_CHAT = Chat(NAME, "inline")


async def inline(responder: Responder, query: InlineQuery) -> None:
    """Answer with papers on the query; with the trending list if it is empty."""
    words = visible(query.query)
    line = CommandLine("papers", f"{words} top {_MOST}") if words else CommandLine("trending", f"top {_MOST}")
    # the list shown is not remembered, so the person only matters for the language
    person = IncomingCommand(line=line, chat=_NO_CHAT, person=str(query.from_user.id), locale=_locale(query))
    language = await responder.language(person)
    answer = await responder.answer(replace(person, person="", locale=language, door=Door.INLINE, interaction=query.id))
    first = int(query.offset) if query.offset.isdecimal() else 0
    cards = answer.page.cards
    shown = cards[first : first + _AT_ONCE]
    bot = await responder.api.name()
    await responder.outbound.answer_inline(
        query,
        [_result(card, bot, answer.page.language) for card in shown],
        button=_button(CommandLine("papers", words) if words else CommandLine("trending"), answer.page.language),
        # do not let Telegram cache a failure
        cache_seconds=0 if answer.page.refused else _CACHED_SECONDS,
        next_offset=str(first + _AT_ONCE) if len(cards) > first + _AT_ONCE else "",
    )


def _locale(query: InlineQuery) -> str:
    return query.from_user.language_code or "en"


def _button(line: CommandLine, language: str) -> InlineQueryResultsButton:
    """Return the button above the results, which opens the private chat with the same list."""
    label = text_in(tr("Continue in our private chat"), language)
    return InlineQueryResultsButton(label, start_parameter=encode_payload(line) or "start")


def _result(card: Card, bot: str, language: str) -> InlineQueryResultArticle:
    page = parts(Page(title=visible(card.title), sections=(Section(cards=(_alone(card),)),)))[0]
    described = (visible(card.reason or card.byline), sentences(visible(card.body), _SUMMARY))
    return InlineQueryResultArticle(
        id=handle(card.key).replace("/", "_"),
        title=visible(card.title),
        description=shorten(" · ".join(filter(None, described)), _LINE),
        url=card.url,
        thumbnail_url=card.thumbnail or None,
        reply_markup=_opening(card, bot, language),
        input_message_content=InputTextMessageContent(
            formatted(page).html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(url=preview(page), prefer_small_media=True),
        ),
    )


def _opening(card: Card, bot: str, language: str) -> InlineKeyboardMarkup | None:
    """Return the button that opens the paper in the private chat; None if the bot's name is unknown."""
    payload = encode_payload(CommandLine("paper", handle(card.key)))
    if not bot or not payload:
        return None
    label = text_in(tr("Abstract, votes, BibTeX …"), language)
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, url=f"https://t.me/{bot}?start={payload}")]])


def _alone(card: Card) -> Card:
    return Card(
        key=card.key,
        title=card.title,
        url=card.url,
        byline=card.byline,
        reason=card.reason,
        links=card.links,
        body=card.body,
        body_by=card.body_by,
    )
