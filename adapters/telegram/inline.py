"""Inline queries: search papers from any chat, even if the bot is not a member."""

from __future__ import annotations

from telegram import InlineQuery, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from adapters.telegram.addressed import NAME
from adapters.telegram.answering import Answering, IncomingMessage
from adapters.telegram.callback_data import Line
from adapters.telegram.render import parts, preview, rich
from bot.domain.pages import Card, Page, Section
from bot.domain.requests import Chat, Door
from bot.domain.text import plain as visible
from bot.domain.text import shorten

#: results per page, and seconds for which Telegram caches them for all users
_AT_ONCE, _CACHED_SECONDS = 10, 300
#: maximum number of papers
_MOST = 25
_LINE = 120
#: inline queries belong to no chat
_NOWHERE = Chat(NAME, "inline")


async def inline(answering: Answering, query: InlineQuery) -> None:
    """Answer with papers on the query; with the trending list if it is empty."""
    words = visible(query.query)
    line = Line("papers", f"{words} top {_MOST}") if words else Line("trending", f"top {_MOST}")
    answer = await answering.answer(
        IncomingMessage(line=line, chat=_NOWHERE, person="", door=Door.INLINE, interaction=query.id)
    )
    first = int(query.offset) if query.offset.isdecimal() else 0
    cards = answer.page.cards
    shown = cards[first : first + _AT_ONCE]
    await answering.outbound.answer_inline(
        query,
        [_result(card) for card in shown],
        # do not let Telegram cache a failure for all users
        cache_seconds=0 if answer.page.refused else _CACHED_SECONDS,
        next_offset=str(first + _AT_ONCE) if len(cards) > first + _AT_ONCE else "",
    )


def _result(card: Card) -> InlineQueryResultArticle:
    page = parts(Page(title=visible(card.title), sections=(Section(cards=(_alone(card),)),)))[0]
    return InlineQueryResultArticle(
        id=card.key.replace("/", "_"),
        title=visible(card.title),
        description=shorten(visible(card.reason or card.byline), _LINE),
        url=card.url,
        input_message_content=InputTextMessageContent(
            rich(page).html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(url=preview(page), prefer_small_media=True),
        ),
    )


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
