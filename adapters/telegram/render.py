"""Render pages as Telegram HTML, and split them into messages within Telegram's limits. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from adapters.telegram import markup
from adapters.telegram.markup import Formatted
from bot.domain.pages import Card, Layout, Link, Moment, Page, Row, RowKind, Section, paginate
from bot.domain.text import plain as visible
from bot.domain.text import sentences, shorten
from bot.messages.localization import continued, heading
from bot.messages.plain_text import plain

#: UTF-16 code units of the text; Telegram accepts 4,096, and a mention before a digest takes some
UNITS = 4_000
#: entities per message, including those that clients detect; Telegram keeps 100
ENTITIES = 100
#: characters of markup; at about 9,500 Telegram responds with ENTITIES_TOO_LONG
OVERHEAD = 9_000
#: characters of a summary in a list: shortest one worth folding, and longest
_SHORTEST_FOLD, _LONGEST_FOLD = 90, 420
#: characters of a summary in a short list, and of its first sentence, so that it is not cut; the first that fits
_COMPACT = ((160, 240), (160, 160), (100, 100))
_BRIEF = {
    Layout.COMPACT: _COMPACT,
    # where it is not sent as a rich message
    Layout.RICH: _COMPACT,
    Layout.CARDS: ((320, 320), (220, 220), (160, 160), (100, 100)),
}
#: a single paper's text that is longer is folded
_UNFOLDED = 700
#: characters of a code block; characters, and number, of table rows kept together
_BLOCK = 3_000
_ROWS, _MOST_ROWS = 2_000, 40
#: maximum characters of single texts; longer ones fit into no message, and would be measured repeatedly
_TITLE, _INTRO, _TEXT, _FOOTER, _ROW, _LABEL = 300, 2_000, 3_500, 900, 900, 120


@lru_cache(maxsize=64)
def formatted(page: Page) -> Formatted:
    """Return the whole page."""
    head = markup.joined((markup.bold(_line(heading(page))), _lines(page.intro, page.moments)), "\n")
    foot = markup.italic(_lines(page.footer, page.moments))
    sections = (_section(section, page.moments, page.layout) for section in page.sections)
    linked = markup.joined((markup.link(_line(each.label), each.url) for each in page.links), " · ")
    return markup.joined((head, *sections, foot, linked), "\n\n")


def fits(page: Page) -> bool:
    """Whether Telegram accepts the page as one message."""
    whole = formatted(page)
    return whole.units <= UNITS and whole.entities <= ENTITIES and whole.overhead <= OVERHEAD


def parts(page: Page) -> Sequence[Page]:
    """Split a page into messages: one, if shorter summaries suffice; otherwise split between papers."""
    page = bounded(page)
    if page.layout in _BRIEF and any(card.number is not None for card in page.cards):
        brief = [_brief(page, length, first) for length, first in _BRIEF[page.layout]]
        return next(((each,) for each in brief if fits(each)), None) or paginate(with_short_sections(brief[0]), fits)
    if fits(page):
        return (page,)
    if fits(folded(page, _SHORTEST_FOLD)) and any(card.number is not None for card in page.cards):
        return (folded(page, _longest_fold(page)),)
    return paginate(with_short_sections(page), fits)


def unmarked(page: Page) -> str:
    """Return the page as plain text, for when Telegram cannot parse the HTML."""
    text = plain(page).encode("utf-8", "ignore").decode()
    return text if Formatted(text=text).units <= UNITS else formatted(page).text


def preview(page: Page) -> str:
    """Return the URL for the link preview; empty unless the page is about one paper."""
    alone = page.cards[0] if len(page.cards) == 1 else None
    return alone.url if alone and alone.number is None else ""


def bounded(page: Page) -> Page:
    """Return the page with texts shortened that fit into no message."""
    return replace(
        page,
        title=shorten(page.title, _TITLE),
        intro=shorten(page.intro, _INTRO),
        footer=shorten(page.footer, _FOOTER),
        sections=tuple(_bounded_section(section) for section in page.sections),
    )


def _bounded_section(section: Section) -> Section:
    return replace(
        section,
        heading=shorten(section.heading, _TITLE),
        text=shorten(section.text, _TEXT),
        rows=tuple(
            replace(row, label=shorten(row.label, _LABEL), text=shorten(row.text, _ROW)) for row in section.rows
        ),
        cards=tuple(_bounded_card(card) for card in section.cards),
    )


def _bounded_card(card: Card) -> Card:
    return replace(
        card,
        title=shorten(card.title, _TEXT),
        byline=shorten(card.byline, _TEXT),
        reason=shorten(card.reason, _TEXT),
        body=shorten(card.body, UNITS),
        body_by=shorten(card.body_by, _LABEL),
        links=tuple(Link(shorten(link.label, _LABEL), link.url) for link in card.links),
    )


def _longest_fold(page: Page) -> int:
    least, most = _SHORTEST_FOLD, _LONGEST_FOLD
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(folded(page, middle)) else (least, middle - 1)
    return least


def folded(page: Page, length: int) -> Page:
    """Return the page with summaries of at most `length` characters."""

    def shorter(section: Section) -> Section:
        return replace(section, cards=tuple(replace(card, body=shorten(card.body, length)) for card in section.cards))

    return replace(page, sections=tuple(shorter(section) for section in page.sections))


def _brief(page: Page, length: int, first: int) -> Page:
    """Return the page with the summaries of its lists cut to whole sentences."""

    def cut(card: Card) -> Card:
        return card if card.number is None else replace(card, body=sentences(card.body, length, first))

    sections = (replace(section, cards=tuple(map(cut, section.cards))) for section in page.sections)
    return replace(page, sections=tuple(sections))


def with_short_sections(page: Page) -> Page:
    """Return the page with code blocks and tables split so that each fits into a message."""
    blocks = (piece for section in page.sections for piece in _short_blocks(section, _again(section, page)))
    return replace(
        page, sections=tuple(piece for section in blocks for piece in _short_tables(section, _again(section, page)))
    )


def _again(section: Section, page: Page) -> str:
    """Return the heading of a further part of a section."""
    return continued(section.heading, page.language)


def _short_blocks(section: Section, again: str) -> Iterator[Section]:
    """Split a section's code block between lines, and between BibTeX entries.

    Further parts have the heading `again`.
    """
    if len(section.verbatim) <= _BLOCK:
        yield section
        return
    blocks = [""]
    for entry in section.verbatim.replace("\n@", "\n\0@").split("\0"):
        if blocks[-1] and len(blocks[-1]) + len(entry) > _BLOCK:
            blocks.append("")
        blocks[-1] += entry
    yield replace(section, verbatim=blocks[0].rstrip("\n"), cards=())
    yield from (Section(heading=again, verbatim=block.rstrip("\n")) for block in blocks[1:])
    if section.cards:
        yield Section(cards=section.cards)


def _short_tables(section: Section, again: str) -> Iterator[Section]:
    """Split a section's table between rows; further parts have the heading `again`."""
    tables: list[list[Row]] = [[]]
    size = 0
    for row in section.rows:
        size += len(row.label) + len(row.text)
        if tables[-1] and (size > _ROWS or len(tables[-1]) == _MOST_ROWS):
            tables.append([])
            size = len(row.label) + len(row.text)
        tables[-1].append(row)
    if len(tables) == 1:
        yield section
        return
    yield replace(section, rows=tuple(tables[0]), cards=())
    yield from (Section(heading=again, rows=tuple(rows)) for rows in tables[1:])
    if section.cards:
        yield Section(cards=section.cards)


def _section(section: Section, moments: Sequence[Moment], layout: Layout) -> Formatted:
    bare = (
        markup.bold(_line(section.heading)),
        _lines(section.text, moments),
        markup.block(markup.verbatim(code_block(section.verbatim))),
        markup.joined((_row(row, moments) for row in section.rows), "\n"),
    )
    return markup.joined((markup.joined(bare, "\n"), *(_card(card, layout) for card in section.cards)), "\n\n")


def _card(card: Card, layout: Layout) -> Formatted:
    if layout in _BRIEF and card.number is not None:
        return _unfolded(replace(card, body_by="", actions=()))
    return markup.joined((_unfolded(replace(card, body="", body_by="", actions=())), _body(card)), "\n")


# the same papers are rendered repeatedly: while fitting summaries, and for every chat
@lru_cache(maxsize=512)
def _unfolded(card: Card) -> Formatted:
    number = f"{card.number}. " if card.number is not None else ""
    title = markup.bold(markup.plainly(number) + markup.link(markup.quoted(visible(card.title)), card.url))
    byline = markup.quoted(visible(card.byline))
    reason = markup.italic(markup.quoted(visible(card.reason)))
    summary = markup.quoted(_folded_lines(card.body))
    return markup.joined((title, byline, reason, summary, _links(card.links)), "\n")


def _body(card: Card) -> Formatted:
    body = markup.quoted(_folded_lines(card.body))
    by = markup.italic(markup.quoted(visible(card.body_by)))
    return markup.quote(markup.joined((body, by), "\n"), folded=card.number is not None or body.units > _UNFOLDED)


def _links(links: Sequence[Link]) -> Formatted:
    return markup.joined((markup.link(markup.quoted(visible(link.label)), link.url) for link in links), " · ")


def _row(row: Row, moments: Sequence[Moment]) -> Formatted:
    text = markup.link(markup.quoted(visible(row.text)), row.url) if row.url else _lines(row.text, moments)
    if row.kind is RowKind.NUMBER:
        # monospaced, so that a column of points is aligned
        return markup.joined((markup.code(markup.plainly(row.label)), text), " ")
    label = _line(row.label)
    # Telegram makes a command clickable, unless it is bold
    return markup.joined((label if row.kind is RowKind.COMMAND else markup.bold(label), text), " – ")


def _line(text: str) -> Formatted:
    return markup.plainly(visible(text))


def _lines(text: str, moments: Sequence[Moment] = ()) -> Formatted:
    """Return the lines with `tg-time` in place of the words of each moment."""
    folded, known = _folded_lines(text), {moment.text: moment for moment in moments if moment.text}
    if not known:
        return markup.plainly(folded)
    longest_first = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    words = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")
    pieces: list[Formatted] = []
    quotations = [found.span() for found in markup.QUOTED.finditer(folded)]
    last = 0
    for found in words.finditer(folded):
        if any(start <= found.start() < end for start, end in quotations):
            continue
        moment = known[found[0]]
        named = markup.moment(moment.text, moment.at, relative=moment.relative)
        pieces += (markup.plainly(folded[last : found.start()]), named)
        last = found.end()
    return markup.joined((*pieces, markup.plainly(folded[last:])), "")


def visible_lines(text: str) -> Iterator[str]:
    """Yield the lines that are not blank, without invisible characters."""
    return filter(None, map(visible, text.splitlines()))


def _folded_lines(text: str) -> str:
    return "\n".join(visible_lines(text))


def code_block(text: str) -> str:
    """Return the lines of a code block, with their indentation."""
    lines = text.splitlines()
    indented = (" " * (len(line) - len(line.lstrip(" "))) + visible(line) for line in lines)
    return "\n".join(line for line in indented if line.strip())
