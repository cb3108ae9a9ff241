"""Render pages as rich messages: blocks of formatted text, with summaries to unfold. Pure.

Every part also fits into one message in the short layout, in which it is sent if Telegram refuses the rich message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from adapters.telegram import render, rich_text
from adapters.telegram.rich_text import RichText
from bot.domain.pages import Card, Layout, Link, Moment, Page, Row, RowKind, Section, paginate
from bot.domain.text import plain as visible
from bot.messages.localization import heading

#: characters of a message: Telegram accepts 32,768, but several clients show only the first 10,000
SHOWN = 9_900
#: blocks of a message, as in the Bot API
BLOCKS = 500
#: characters of a mention before a digest, which the limits have room for
_LONGEST_MENTION = 64
#: sizes of headings, from 1 to 6: of the page, of a section, of a paper
_PAGE_SIZE, _SECTION_SIZE, _PAPER_SIZE = 3, 4, 5
#: characters of the shortest summary worth unfolding
_SHORTEST = 90


@dataclass(frozen=True, slots=True)
class Block:
    """One of the API's `InputRichBlock` types that consist of one text."""

    type: str
    text: RichText
    #: of a heading; 0 for other blocks
    size: int = 0

    @property
    def json(self) -> Mapping[str, object]:
        """The block as the API expects it."""
        return {"type": self.type, "text": self.text} | ({"size": self.size} if self.size else {})


@dataclass(frozen=True, slots=True)
class RichMessage:
    """A whole message."""

    blocks: tuple[Block, ...]

    @property
    def characters(self) -> int:
        """The length of its text, as Telegram counts."""
        return sum(rich_text.characters(block.text) for block in self.blocks)

    @property
    def json(self) -> Mapping[str, object]:
        """The message as `InputRichMessage`, in which nothing becomes a link by itself."""
        return {"blocks": [block.json for block in self.blocks], "skip_entity_detection": True}


def is_rich(page: Page) -> bool:
    """Whether a page is sent as a rich message: it is a list in that layout."""
    return page.layout is Layout.RICH and bool(page.cards)


def rich_message(page: Page, mention: str = "") -> RichMessage:
    """Return a page that fits into one message, below the @names to mention."""
    front = (_paragraph(rich_text.mentioning(visible(mention[:_LONGEST_MENTION]))),)
    return RichMessage(tuple(block for block in (*front, *_blocks(page)) if block.text))


def fits(page: Page) -> bool:
    """Whether Telegram accepts a page as one rich message, and as one message in the short layout."""
    whole = rich_message(page)
    if whole.characters > SHOWN or len(whole.blocks) >= BLOCKS:
        return False
    return len(render.parts(page)) == 1


def parts(page: Page) -> Sequence[Page]:
    """Split a page into messages: one, if shorter summaries suffice; otherwise split between papers."""
    if not is_rich(page):
        return render.parts(page)
    page = render.bounded(page)
    if fits(page):
        return (page,)
    if fits(render.folded(page, _SHORTEST)):
        return (render.folded(page, _longest_fold(page)),)
    return paginate(render.with_short_sections(page), fits)


def _longest_fold(page: Page) -> int:
    least, most = _SHORTEST, render.UNITS
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(render.folded(page, middle)) else (least, middle - 1)
    return least


@lru_cache(maxsize=64)
def _blocks(page: Page) -> tuple[Block, ...]:
    return (
        Block("heading", visible(heading(page)), _PAGE_SIZE),
        *_lines("paragraph", page.intro, page.moments),
        *(block for section in page.sections for block in _section(section, page.moments)),
        *_lines("footer", page.footer, page.moments),
        _paragraph(_links(page.links)),
    )


def _section(section: Section, moments: Sequence[Moment]) -> Iterator[Block]:
    yield Block("heading", visible(section.heading), _SECTION_SIZE)
    yield from _lines("paragraph", section.text, moments)
    yield Block("pre", render.code_block(section.verbatim))
    yield from (_paragraph(_row(row, moments)) for row in section.rows)
    for card in section.cards:
        yield from _card(card)


def _card(card: Card) -> Iterator[Block]:
    number = f"{card.number}. " if card.number is not None else ""
    title = rich_text.link(visible(card.title), card.url)
    yield Block("heading", rich_text.joined((number, title), ""), _PAPER_SIZE)
    yield _paragraph(visible(card.byline))
    yield _paragraph(rich_text.italic(visible(card.reason)))
    yield Block("expandable_blockquote", " ".join(render.visible_lines(card.body)))
    yield _paragraph(_links(card.links))


def _row(row: Row, moments: Sequence[Moment]) -> RichText:
    label, text = visible(row.label), rich_text.own(visible(row.text), moments)
    if row.url:
        text = rich_text.link(visible(row.text), row.url)
    if row.kind is RowKind.NUMBER:
        return rich_text.joined((rich_text.code(label), text), " ")
    named = rich_text.own(label) if row.kind is RowKind.COMMAND else rich_text.bold(label)
    return rich_text.joined((named, text), " – ")


def _links(links: Sequence[Link]) -> RichText:
    return rich_text.joined([rich_text.link(visible(each.label), each.url) for each in links], " · ")


def _paragraph(text: RichText) -> Block:
    return Block("paragraph", text)


def _lines(kind: str, text: str, moments: Sequence[Moment]) -> Iterator[Block]:
    """Yield a block for each line, as clients may not break a line within a text."""
    yield from (Block(kind, rich_text.own(line, moments)) for line in render.visible_lines(text))
