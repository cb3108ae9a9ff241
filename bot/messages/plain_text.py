"""A page as plain text: for pipes, mails, and platforms that rejected their own markup."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from bot.domain.i18n import tr
from bot.domain.pages import Card, Link, Page, Row, Section
from bot.domain.text import plain as visible
from bot.messages.localization import heading, text_in

#: columns that terminals and mail readers show without wrapping
WIDTH = 96
#: links per paper in a list, as URLs are long; the paper's own page has all of them
_LINKS_IN_A_LIST = 2


def plain(page: Page, width: int = WIDTH) -> str:
    """Return the whole page, at most `width` columns wide where words allow, with a line break at its end."""
    blocks = [_head(page, width), *(_section(section, width) for section in page.sections), _foot(page, width)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _head(page: Page, width: int) -> str:
    lines = [*_wrapped(heading(page), width)]
    lines.append("─" * min(width, max(map(len, lines), default=0)))
    return "\n".join([*lines, *_wrapped(page.intro, width)])


def _section(section: Section, width: int) -> str:
    bare = [
        *_wrapped(section.heading, width),
        *_wrapped(section.text, width),
        *map(visible, section.verbatim.splitlines()),
        *_rows(section.rows, width),
    ]
    return "\n\n".join(["\n".join(bare)] * bool(bare) + [_card(card, width) for card in section.cards])


def _card(card: Card, width: int) -> str:
    mark = f"{card.number:>2}. " if card.number is not None else ""
    below = " " * len(mark)
    lines = [*_wrapped(card.title, width, mark, below)]
    few = card.links if card.number is None else card.links[:_LINKS_IN_A_LIST]
    for text in (card.byline, card.reason, _links(few)):
        lines += _wrapped(text, width, below, below)
    signed = " ".join((card.body, f"({card.body_by})")) if card.body and card.body_by else card.body
    lines += _wrapped(signed, width, f"{below}  ", f"{below}  ")
    return "\n".join(lines)


def _links(links: Sequence[Link]) -> str:
    return " · ".join(link.url for link in links)


def _rows(rows: Sequence[Row], width: int) -> Iterator[str]:
    margin = max((len(row.label) for row in rows), default=0) + 2
    for row in rows:
        text = f"{row.text} {row.url}" if row.url else row.text
        yield from _wrapped(text or "–", width, row.label.ljust(margin), " " * margin)


def _foot(page: Page, width: int) -> str:
    commands = " · ".join(f"/{action.command}" for action in page.actions)
    tries = text_in(tr("Try: {commands}", commands=commands), page.language) if commands else ""
    links = (line for link in page.links for line in _wrapped(f"{link.label}: {link.url}", width))
    lines = [*_wrapped(page.footer, width), *links, *_wrapped(tries, width)]
    return "\n".join(lines)


def _wrapped(text: str, width: int, first: str = "", other: str = "") -> list[str]:
    """Return lines of at most `width` columns without control characters; URLs are never broken."""
    lines: list[str] = []
    for line in text.splitlines():
        lines += textwrap.wrap(
            visible(line),
            width,
            initial_indent=first if not lines else other,
            subsequent_indent=other,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines
