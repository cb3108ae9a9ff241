"""Fallbacks where Discord refuses components: the same page as an embed or as plain text."""

from __future__ import annotations

from itertools import accumulate, takewhile

from adapters.discord.components import Json
from adapters.discord.markup import escaped, legible, link
from adapters.discord.pages import left_out
from adapters.discord.render import COLOUR
from bot.domain.pages import Card, Page
from bot.domain.text import shorten
from bot.messages.localization import heading, text_in

#: characters of an embed's description and of a plain message, below Discord's limits to leave room for the rest
_DESCRIPTION, _CONTENT = 3900, 1900
_TITLE, _FOOTER = 250, 1000
#: characters reserved for the note on omitted papers
_NOTE = 60


def embed(page: Page, mark: int = 0) -> Json:
    """Return the page as one embed. What does not fit is omitted from the end of a paper on, with a note."""
    body: Json = {
        "title": shorten(escaped(legible(heading(page))), _TITLE),
        "description": _fitted(page, _DESCRIPTION),
        "color": COLOUR,
    }
    footer = " · ".join(filter(None, (shorten(legible(page.footer), _FOOTER), f"#{mark}" if mark else "")))
    return body | ({"footer": {"text": footer}} if footer else {})


def content(page: Page) -> str:
    """Return the page as plain text."""
    title = f"**{shorten(escaped(legible(heading(page))), _TITLE)}**"
    return f"{title}\n{_fitted(page, _CONTENT - len(title))}"


def _fitted(page: Page, most: int) -> str:
    """Return as many whole pieces as fit, with a note on those omitted."""
    pieces = _pieces(page)
    lengths = accumulate(len(piece) + 1 for piece in pieces)
    kept = sum(1 for _ in takewhile(lambda length: length - 1 <= most - _NOTE, lengths))
    if 0 < kept < len(pieces):
        pieces[kept:] = [shorten(text_in(left_out(len(pieces) - kept), page.language), _NOTE)]
    return "\n".join(pieces) if kept else shorten(escaped(page.intro), most) or "…"


def _pieces(page: Page) -> list[str]:
    found = [escaped(page.intro)]
    for section in page.sections:
        found += [f"**{escaped(section.heading)}**" if section.heading else "", escaped(section.text)]
        found += [escaped(section.verbatim)]
        found += [f"**{escaped(row.label)}** · {link(row.text, row.url)}" for row in section.rows]
        found += [_card(card) for card in section.cards]
    return [piece for piece in found if piece]


def _card(card: Card) -> str:
    number = f"{card.number}. " if card.number is not None else ""
    body = escaped(card.body) if card.number is None else ""
    lines = (f"**{number}{link(card.title, card.url)}**", escaped(card.byline), escaped(card.reason), body)
    return "\n".join(filter(None, lines))
