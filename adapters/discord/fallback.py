"""Fallbacks where Discord refuses components: the same page as an embed or as plain text."""

from __future__ import annotations

from itertools import accumulate, takewhile

from adapters.discord.components import Json
from adapters.discord.markup import escaped, legible, link
from adapters.discord.pages import left_out
from adapters.discord.render import COLOUR, RenderContext
from adapters.discord.texts import markdown
from bot.domain.pages import Card, Page, Row, RowKind
from bot.domain.text import shorten
from bot.messages.localization import heading, text_in

#: characters of an embed's description and of a plain message, below Discord's limits to leave room for the rest
_DESCRIPTION, _CONTENT = 3900, 1900
_TITLE, _FOOTER = 250, 1000
#: characters reserved for the note on omitted papers
_NOTE = 60


def embed(page: Page, context: RenderContext) -> Json:
    """Return the page as one embed. What does not fit is omitted from the end of a paper on, with a note."""
    body: Json = {
        "title": shorten(escaped(legible(heading(page))), _TITLE),
        "description": _fitted(page, context, _DESCRIPTION),
        "color": COLOUR,
    }
    footer = " · ".join(
        filter(None, (shorten(legible(page.footer), _FOOTER), f"#{context.mark}" if context.mark else ""))
    )
    return body | ({"footer": {"text": footer}} if footer else {})


def content(page: Page, context: RenderContext, above: str = "") -> str:
    """Return the page as plain text, with room for the text above it."""
    title = f"**{shorten(escaped(legible(heading(page))), _TITLE)}**"
    return f"{title}\n{_fitted(page, context, _CONTENT - len(title) - len(above))}"


def _fitted(page: Page, context: RenderContext, most: int) -> str:
    """Return as many whole pieces as fit, with a note on those omitted."""
    pieces = _pieces(page, context)
    lengths = accumulate(len(piece) + 1 for piece in pieces)
    kept = sum(1 for _ in takewhile(lambda length: length - 1 <= most - _NOTE, lengths))
    if 0 < kept < len(pieces):
        pieces[kept:] = [shorten(text_in(left_out(len(pieces) - kept), page.language), _NOTE)]
    return "\n".join(pieces) if kept else shorten(escaped(page.intro), most) or "…"


def _pieces(page: Page, context: RenderContext) -> list[str]:
    found = [markdown(page.intro, page, context)]
    for section in page.sections:
        text = markdown(section.text, page, context)
        found += [f"**{escaped(section.heading)}**" if section.heading else "", text]
        found += [escaped(section.verbatim)]
        found += [_row(row, page, context) for row in section.rows if row.kind is not RowKind.SYNTAX]
        found += [_card(card) for card in section.cards]
    found += [" · ".join(link(each.label, each.url) for each in page.links)]
    return [piece for piece in found if piece]


def _row(row: Row, page: Page, context: RenderContext) -> str:
    text = link(row.text, row.url) if row.url else markdown(row.text, page, context)
    return f"**{escaped(row.label)}** · {text}"


def _card(card: Card) -> str:
    number = f"{card.number}. " if card.number is not None else ""
    alone = card.number is None
    links = " · ".join(link(each.label, each.url) for each in card.links) if alone else ""
    body = escaped(card.body) if alone else ""
    lines = (f"**{number}{link(card.title, card.url)}**", escaped(card.byline), escaped(card.reason), links, body)
    return "\n".join(filter(None, lines))
