"""Render a page for a terminal with rich: colours, hyperlinks, summaries cut to one line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.domain.i18n import tr
from bot.domain.pages import Card, Link, Page, Row, Section
from bot.domain.text import plain
from bot.messages.localization import heading, text_in

_TITLE, _HEADING, _NUMBER, _QUIET, _REASON, _LINK = "bold", "bold cyan", "cyan", "dim", "green", "blue"


def render(page: Page) -> RenderableType:
    """Return the whole page. Text from sources is plain text: markup and control sequences in it have no effect."""
    return Group(*_blocks(page))


def _blocks(page: Page) -> Iterator[RenderableType]:
    yield Text(plain(heading(page)), _TITLE)
    yield from _lines(page.intro, _QUIET)
    for section in page.sections:
        yield Text()
        yield from _section(section)
    if page.footer or page.actions or page.links:
        yield Text()
        yield from _lines(page.footer, _QUIET)
        for link in page.links:
            yield from _lines(f"{link.label}: {link.url}", _QUIET)
        yield from _commands(page)


def _section(section: Section) -> Iterator[RenderableType]:
    if section.heading:
        yield Text(plain(section.heading), _HEADING)
    yield from _lines(section.text)
    yield from _lines(section.verbatim)
    if section.rows:
        yield _table(section.rows)
    for place, card in enumerate(section.cards):
        if place or section.heading or section.text or section.verbatim or section.rows:
            yield Text()
        yield _card(card)


def _card(card: Card) -> RenderableType:
    lines: list[RenderableType] = [Text(plain(card.title), f"{_TITLE} link {card.url}")]
    lines += _lines(card.byline, _QUIET)
    lines += _lines(card.reason, _REASON)
    if card.links:
        lines.append(_links(card.links))
    folded = card.number is not None
    if card.body:
        lines.append(Text(plain(card.body), overflow="ellipsis" if folded else "fold", no_wrap=folded))
    if card.body_by and not folded:
        lines += _lines(card.body_by, _QUIET)
    if card.number is None:
        return Group(*lines)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=3, justify="right")
    grid.add_column(ratio=1)
    grid.add_row(Text(f"{card.number}.", _NUMBER), Group(*lines))
    return grid


def _link_style(url: str) -> str:
    return f"{_LINK} underline link {url}" if url else ""


def _links(links: Sequence[Link]) -> Text:
    return Text(" · ", _QUIET).join(Text(plain(link.label), _link_style(link.url)) for link in links)


def _table(rows: Sequence[Row]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style=_NUMBER)
    grid.add_column(ratio=1)
    for row in rows:
        grid.add_row(Text(plain(row.label)), Text(plain(row.text), _link_style(row.url)))
    return Padding(grid, (0, 0, 0, 2))


def _lines(text: str, style: str = "") -> list[RenderableType]:
    return [Text(plain(line), style) for line in text.splitlines()]


def _commands(page: Page) -> Iterator[RenderableType]:
    if page.actions:
        label = text_in(tr("Try:"), page.language)
        yield Text(f"{label} ", _QUIET) + Text(" · ").join(Text(f"/{action.command}", _LINK) for action in page.actions)
