"""Render a page as a Discord message (Components V2) in the fullest form that fits: summaries are shortened and
dropped first, then links, then buttons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from adapters.discord.buttons import link_buttons, menu, page_buttons, rows_menu, vote_button
from adapters.discord.components import (
    LONGEST_PICTURE,
    MOST_LETTERS,
    Button,
    Container,
    Part,
    Separator,
    TextBeside,
    TextDisplay,
    Thumbnail,
    rows,
)
from adapters.discord.context import RenderContext
from adapters.discord.markup import address, escaped, legible, link, verbatim
from adapters.discord.texts import LONGEST_IDS, markdown
from bot.domain.i18n import tr_n
from bot.domain.identifiers import handle
from bot.domain.pages import Card, Layout, Page, Row, RowKind, Section, paginate
from bot.domain.text import sentences, shorten
from bot.messages.localization import heading, text_in

__all__ = ["COLOUR", "RenderContext", "box", "mention", "parts"]

#: the accent colour of every message
COLOUR = 0xF2A33A
_LONGEST_TITLE, _LONGEST_BYLINE = 150, 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much of each paper is shown."""

    #: characters of a summary, cut at a sentence; 0 for none
    body: int = 0
    #: characters that its first sentence may have, so that it is not cut; 0 for no more than `body`
    sentence: int = 0
    #: number of links besides the title's
    links: int = 0
    lines: bool = False
    #: number of papers of a list that have a picture
    pictures: int = 0
    #: titles and bylines in full length
    whole: bool = True


#: the whole summary, as no list has a longer one
_WHOLE = MOST_LETTERS
#: as many pictures as there are papers
_ALL = 25
#: from the fullest to the barest. One or two lines are 160 characters; without a summary only if nothing else fits
_FULL = (
    Detail(body=_WHOLE, links=4, lines=True),
    Detail(links=4, lines=True),
    Detail(links=4),
    Detail(links=1),
    Detail(),
    Detail(whole=False),
)


def _short(pictures: int, *bodies: int) -> tuple[Detail, ...]:
    """Return forms of a short list without lines, with a part of each summary."""
    return (
        *(Detail(body=body, links=4, pictures=pictures) for body in bodies),
        Detail(body=100, links=1, pictures=pictures),
    )


_COMPACT = (
    Detail(body=160, sentence=240, links=4, lines=True, pictures=1),
    *(Detail(body=body, links=4, lines=True, pictures=1) for body in (160, 100)),
    *_short(1, 160, 100),
    *_short(0, 160, 100),
    *_FULL[1:],
)
_CARDS = (
    *(Detail(body=body, links=4, lines=True, pictures=_ALL) for body in (320, 220, 160, 100)),
    *_short(_ALL, 160, 100),
    *_short(5, 220, 160, 100),
    *_short(1, 160, 100),
    *_short(0, 160, 100),
    *_FULL[1:],
)
_DETAILS = {Layout.FULL: _FULL, Layout.CARDS: _CARDS, Layout.COMPACT: _COMPACT, Layout.RICH: _COMPACT}
_BAREST = _FULL[-1]
_PLAIN = RenderContext()


def box(page: Page, context: RenderContext = _PLAIN) -> Container:
    """Return the fullest form that fits, or the barest if none does.

    Texts are dropped before buttons, the last button first. If even the barest form is too large, Discord refuses
    it, and the next form of `adapters.discord.message.forms` is sent.
    """
    buttons, details = len(page_buttons(page, context)), _DETAILS[page.layout]
    candidates = (_box(page, context, detail, dropped) for dropped in range(buttons + 1) for detail in details)
    return next((form for form in candidates if form.fits), None) or _box(page, context, _BAREST, buttons)


def parts(page: Page) -> tuple[Page, ...]:
    """Split the page into as few messages as possible."""
    if _bare(page, _ALONE).fits:
        return (page,)
    return paginate(_bounded(page), lambda part: _bare(part, _ROOMY).fits)


def _bare(page: Page, context: RenderContext) -> Container:
    """Render the page in its barest form."""
    return _box(page, context, _BAREST, max(0, len(page_buttons(page, context)) - _KEPT))


#: the largest context of any page: a mention, ids and a button; for a page of several also two paging buttons
_ALONE = RenderContext(role="0" * 20, channel="0" * 20, commands=LONGEST_IDS, more=(Button("", "0"),))
_ROOMY = replace(_ALONE, paging=(Button("", "1"), Button("", "2")))
_LONGEST_NOTE, _LONGEST_HEADING = 1500, 300
#: number of its own buttons that a page always keeps
_KEPT = 1


def _bounded(page: Page) -> Page:
    """Return the page with every text that is too long for one message shortened or split."""
    sections = tuple(piece for section in page.sections for piece in _cut(section))
    title, intro = shorten(page.title, _LONGEST_HEADING), shorten(page.intro, _LONGEST_NOTE // 2)
    footer = "\n".join(shorten(line, _LONGEST_HEADING) for line in page.footer.splitlines()[:3])
    return replace(page, title=title, intro=intro, footer=footer, sections=sections)


def _cut(section: Section) -> Iterator[Section]:
    """Split a section into pieces with a few rows and lines each."""
    if section.heading or section.text or section.verbatim or not section.rows:
        texts, codes = _chunks(section.text), _chunks(section.verbatim)
        yield Section(heading=section.heading, text=texts[0], verbatim=codes[0] if len(texts) == 1 else "")
        yield from (Section(text=text) for text in texts[1:])
        yield from (Section(verbatim=code) for code in codes[len(texts) == 1 :] if code)
    for start in range(0, len(section.rows), 5):
        few = section.rows[start : start + 5]
        yield Section(
            rows=tuple(replace(row, label=shorten(row.label, 100), text=shorten(row.text, 250)) for row in few)
        )
    if section.cards:
        yield Section(cards=tuple(_shortened(card) for card in section.cards))


def _shortened(card: Card) -> Card:
    """Return the card with each text shortened to fit into a message."""
    return replace(
        card,
        title=shorten(card.title, MOST_LETTERS),
        byline=shorten(card.byline, MOST_LETTERS),
        reason=shorten(card.reason, MOST_LETTERS),
        body=shorten(card.body, MOST_LETTERS),
    )


def _chunks(text: str) -> list[str]:
    """Split text at line breaks into chunks that fit beside other texts; at least one."""
    pieces = [""]
    for line in text.splitlines():
        for start in range(0, max(len(line), 1), _LONGEST_NOTE):
            more = line[start : start + _LONGEST_NOTE]
            if pieces[-1] and len(pieces[-1]) + len("\n") + len(more) > _LONGEST_NOTE:
                pieces.append(more)
            else:
                pieces[-1] = f"{pieces[-1]}\n{more}" if pieces[-1] else more
    return pieces


def _box(page: Page, context: RenderContext, detail: Detail, dropped: int = 0) -> Container:
    written = tuple(_merged(_written(page, context, detail)))
    own = page_buttons(page, context)
    kept = own[: len(own) - dropped]
    links = tuple(button for card in page.cards for button in link_buttons(card))
    buttons = (*context.paging, *kept, *context.more)
    parts = (*written, *menu(page, context), *rows_menu(page), *rows(links), *rows(buttons))
    return Container(parts, COLOUR, context.mark, mention(page, context))


def mention(page: Page, context: RenderContext) -> str:
    """Return the mention of a role with what the message is about, for notifications; empty if there is no role."""
    if not context.role:
        return ""
    listed = [card for card in page.cards if card.number is not None]
    about = heading(page)
    if listed and not page.continues:
        title, more = shorten(listed[0].title, _LONGEST_TITLE), len(listed) - 1
        about = tr_n("{title}, and {count} more paper", "{title}, and {count} more papers", more, title=title)
        about = text_in(about, page.language) if more else title
    return f"<@&{context.role}> {escaped(legible(about))}".rstrip()


def _written(page: Page, context: RenderContext, detail: Detail) -> Iterator[Part]:
    yield TextDisplay(f"## {escaped(legible(heading(page))) or '…'}")
    if page.intro:
        yield TextDisplay(markdown(page.intro, page, context))
    pictured = _pictured(page, detail)
    for section in page.sections:
        yield from _section(section, page, context, detail, pictured)
    if page.footer or page.links:
        if detail.lines:
            yield Separator()
        lines = [markdown(line, page, context) for line in page.footer.splitlines() if line.strip()]
        lines += [" · ".join(link(each.label, each.url) for each in page.links)] if page.links else []
        yield TextDisplay("\n".join(f"-# {line}" for line in lines))


def _pictured(page: Page, detail: Detail) -> frozenset[str]:
    """Return the ids of the papers that are shown with a picture."""
    keys = [card.key for card in page.cards if card.thumbnail]
    return frozenset(keys[: detail.pictures])


def _section(
    section: Section, page: Page, context: RenderContext, detail: Detail, pictured: frozenset[str]
) -> Iterator[Part]:
    if section.heading:
        if detail.lines and section.cards:
            yield Separator()
        yield TextDisplay(f"### {escaped(section.heading)}")
    if section.text:
        yield TextDisplay(markdown(section.text, page, context))
    if section.verbatim:
        yield TextDisplay(verbatim(section.verbatim))
    # commands are filled in as forms here, whose options the page lists
    if rows := [row for row in section.rows if row.kind is not RowKind.SYNTAX]:
        yield TextDisplay("\n".join(_row(row, page, context) for row in rows))
    for place, card in enumerate(section.cards):
        if detail.lines and (place or not section.heading):
            yield Separator()
        yield from _card(card, page.layout, context, detail, pictured)


def _row(row: Row, page: Page, context: RenderContext) -> str:
    label = markdown(row.label, page, context) if row.kind is RowKind.COMMAND else escaped(row.label)
    text = link(row.text, row.url) if row.url else markdown(row.text, page, context)
    return f"**{label}** · {text}"


def _card(
    card: Card, layout: Layout, context: RenderContext, detail: Detail, pictured: frozenset[str]
) -> Iterator[Part]:
    head, body = _head(card, detail), _body(card, detail)
    text = TextDisplay("\n".join(filter(None, (head, body))))
    vote = next((action for action in card.actions if action.command == f"vote {handle(card.key)} up"), None)
    picture = address(card.thumbnail) if card.key in pictured else ""
    if layout is Layout.FULL and card.number is not None and vote is not None:
        yield TextBeside(text, vote_button(vote, context, card.key))
    elif not picture or len(picture) > LONGEST_PICTURE:
        yield text
    elif card.number is not None:
        yield TextBeside(text, Thumbnail(picture, card.title))
    else:
        # a whole abstract is not squeezed into the column beside the picture
        yield TextBeside(TextDisplay(head), Thumbnail(picture, card.title))
        if body:
            yield TextDisplay(body)


def _head(card: Card, detail: Detail) -> str:
    """Return title, byline, reason and links."""
    title = card.title if detail.whole else shorten(card.title, _LONGEST_TITLE)
    byline = card.byline if detail.whole else shorten(card.byline, _LONGEST_BYLINE)
    number = f"{card.number}. " if card.number is not None else ""
    lines = [f"**{number}{link(title, card.url) or '…'}**", f"-# {escaped(byline)}" if byline else ""]
    buttons = {button.url for button in link_buttons(card)}
    others = [each for each in card.links if each.url != card.url or card.number is None]
    shown = [each for each in others if address(each.url) not in buttons]
    few = shown if card.number is None else shown[: detail.links]
    lines.append(" · ".join(filter(None, (escaped(card.reason), *(link(each.label, each.url) for each in few)))))
    return "\n".join(filter(None, lines))


def _body(card: Card, detail: Detail) -> str:
    body = card.body if card.number is None else sentences(card.body, detail.body, detail.sentence)
    if not body:
        return ""
    quoted = "\n".join(f"> {escaped(line)}" for line in body.splitlines())
    return f"{quoted}\n-# {escaped(card.body_by)}" if card.body_by else quoted


def _merged(parts: Iterator[Part]) -> Iterator[Part]:
    """Merge adjacent texts, as each counts as a component."""
    waiting = ""
    for part in parts:
        if isinstance(part, TextDisplay):
            waiting = f"{waiting}\n{part.content}" if waiting else part.content
            continue
        if waiting:
            yield TextDisplay(waiting)
            waiting = ""
        yield part
    if waiting:
        yield TextDisplay(waiting)
