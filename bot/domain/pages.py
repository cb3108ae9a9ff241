"""Pages: structured plain-text replies, which each adapter renders for its platform, and pagination.

Nothing here is escaped, truncated or marked up. Titles and names come from untrusted sources; adapters must escape
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.requests import Chat
from bot.domain.text import shorten

#: Telegram limits the data of a button to this many bytes
ACTION_BYTES = 64
#: in characters; longer than any text on a page
_LONGEST_TEXT = 1 << 20


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink."""

    label: str
    #: http or https
    url: str


@dataclass(frozen=True, slots=True)
class Action:
    """A button that runs a command."""

    label: str
    #: the command with its argument, without slash: "why 2604.01234"
    command: str
    #: the chat that it is about, if that is not the page's
    chat: Chat | None = None

    def __post_init__(self) -> None:
        if len(self.command.encode()) > ACTION_BYTES:
            raise ValueError(f"too long for a button ({ACTION_BYTES} bytes): {self.command!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One paper, in a list or alone."""

    #: the paper's id
    key: str
    #: position in the list, as people type it; None outside of a list
    number: int | None = None
    title: str
    url: str
    #: authors, organization, date
    byline: str = ""
    #: why it is listed, in one line
    reason: str = ""
    links: tuple[Link, ...] = ()
    #: collapsed by default
    body: str = ""
    #: author of the body; empty for the paper's authors
    body_by: str = ""
    #: URL of a picture, https; empty for none
    thumbnail: str = ""
    actions: tuple[Action, ...] = ()


class RowKind(StrEnum):
    """What the label of a row is, which decides how an adapter renders it."""

    NAME = "name"
    #: a number, padded so that a column of them is right-aligned
    NUMBER = "number"
    #: a command that can be pressed as it is
    COMMAND = "command"
    #: the syntax of a command as it is typed, which is of no use where commands are filled in as forms
    SYNTAX = "syntax"


@dataclass(frozen=True, slots=True)
class Row:
    """A label and a value in a small table."""

    label: str
    text: str
    kind: RowKind = RowKind.NAME
    #: what choosing the row does, labelled so that it can stand in a menu; None if it cannot be chosen
    action: Action | None = None
    #: http or https URL that the text leads to; empty if it leads nowhere
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page; any field may be empty."""

    heading: str = ""
    text: str = ""
    #: text to copy unchanged: a BibTeX entry, lines to paste back
    verbatim: str = ""
    rows: tuple[Row, ...] = ()
    cards: tuple[Card, ...] = ()


class Trouble(StrEnum):
    """Why a page is not what was asked for."""

    NONE = "none"
    #: the person can correct the request
    REFUSED = "refused"
    #: the person lacks a permission; the page reveals nothing about the chat
    NOT_ALLOWED = "not allowed"
    #: the database is unavailable; nothing was changed and the request can be repeated
    BUSY = "busy"
    #: the result is still being computed; nothing was changed and the request can be repeated
    NOT_READY = "not ready"
    #: the interaction was already answered, perhaps by another process; nothing was changed and the adapter shows
    #: nothing
    REPEATED = "repeated"
    #: an internal error
    FAULT = "fault"


class Layout(StrEnum):
    """How much a list shows of each paper, and which buttons it has."""

    #: one or two lines of the summary; one button for each paper, which opens its page; a picture of the first paper
    COMPACT = "compact"
    #: as compact, with more of the summary and a picture of each paper
    CARDS = "cards"
    #: the whole summary, if it fits; the buttons of each paper on the list itself
    FULL = "full"
    #: as compact, with the whole summary to unfold, on surfaces that have rich messages; elsewhere compact
    RICH = "rich"

    @property
    def short(self) -> bool:
        """Whether a list has one button for each paper."""
        return self is not Layout.FULL


@dataclass(frozen=True, slots=True)
class Moment:
    """A phrase on a page that stands for a moment; an adapter may show it in the reader's time zone."""

    #: as on the page: "Mon 27 Apr at 09:00 Europe/Berlin"
    text: str
    at: datetime
    #: whether the text counts from now: "in 2 h"
    relative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One complete reply."""

    title: str
    #: how the request was understood, or what the page shows
    intro: str = ""
    sections: tuple[Section, ...] = ()
    #: sources and age of the data
    footer: str = ""
    actions: tuple[Action, ...] = ()
    #: other pages about the same, below the footer
    links: tuple[Link, ...] = ()
    #: moments named in the intro, the footer and the texts; those of translatable texts are added when the page is
    #: rendered in the reader's language
    moments: tuple[Moment, ...] = ()
    #: the commands that the texts name, with slash and argument: "/pause 1"; found when the page is rendered in the
    #: reader's language. An adapter writes them in its platform's form, for the chat that the page is about
    commands: tuple[str, ...] = ()
    trouble: Trouble = Trouble.NONE
    #: if the page asks for words: the command line that they complete, without slash ("subscribe agents at 9:00")
    prompt: str = ""
    #: whether this is a further part of a page that did not fit into one message
    continues: bool = False
    #: tag of the language that the page is in, for labels that an adapter adds
    language: str = "en"
    #: of its list of papers, where the surface has several layouts
    layout: Layout = Layout.COMPACT
    #: the subscription's local day that a delivered digest is for; None for other pages
    day: date | None = None
    #: a page that is posted below this one, to show what was chosen; None if there is nothing to show
    sample: Page | None = None

    @property
    def refused(self) -> bool:
        """Whether the page only says why something was not done."""
        return self.trouble is not Trouble.NONE

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards of the page, in order."""
        return tuple(card for section in self.sections for card in section.cards)

    @property
    def choices(self) -> tuple[Action, ...]:
        """The actions of all rows that can be chosen, in order."""
        return tuple(row.action for section in self.sections for row in section.rows if row.action)


def without_thumbnails(page: Page) -> Page:
    """Return the page without pictures."""
    if not any(card.thumbnail for card in page.cards):
        return page
    sections = (
        replace(section, cards=tuple(replace(card, thumbnail="") for card in section.cards))
        for section in page.sections
    )
    return replace(page, sections=tuple(sections))


def paginate(page: Page, fits: Callable[[Page], bool]) -> tuple[Page, ...]:
    """Split a page into as few pages as `fits` allows, between cards only.

    The first page has the intro, the last the footer and the buttons; all but the first are marked with `continues`. A
    card that does not fit on a page of its own is shortened, its body first and its title last.
    """
    pages: list[Page] = []
    current = replace(page, sections=(), footer="", links=(), actions=())
    for piece in _pieces(page.sections):
        extended = _with(current, piece)
        if not fits(extended) and (current.sections or current.intro):
            pages.append(current)
            current = _continued(page)
            extended = _with(current, piece)
        current = extended if fits(extended) else _with(current, _shortened(piece, current, fits))
    closed = replace(current, footer=page.footer, links=page.links, actions=page.actions)
    if fits(closed):
        return (*pages, closed)
    return (*pages, current, replace(_continued(page), footer=page.footer, links=page.links, actions=page.actions))


def _continued(page: Page) -> Page:
    return Page(
        title=page.title,
        moments=page.moments,
        commands=page.commands,
        continues=True,
        language=page.language,
        layout=page.layout,
        day=page.day,
    )


def _pieces(sections: tuple[Section, ...]) -> Iterator[Section]:
    """Yield the smallest parts that may be on a page of their own."""
    for section in sections:
        bare = bool(section.text or section.verbatim or section.rows)
        if bare or not section.cards:
            yield replace(section, cards=())
        for place, card in enumerate(section.cards):
            yield Section(heading=section.heading if place == 0 and not bare else "", cards=(card,))


def _with(page: Page, piece: Section) -> Page:
    """Return the page with a piece appended; a piece without a heading joins the previous section."""
    if page.sections and not (piece.heading or piece.text or piece.verbatim or piece.rows):
        last = page.sections[-1]
        return replace(page, sections=(*page.sections[:-1], replace(last, cards=last.cards + piece.cards)))
    return replace(page, sections=(*page.sections, piece))


def _shortened(piece: Section, page: Page, fits: Callable[[Page], bool]) -> Section:
    """Return the piece with as much of its text as fits; almost none if nothing fits."""
    for cut in (_cut_text, _cut_verbatim, _cut_body, _cut_byline, _cut_reason, _cut_title):
        piece = _cut_to_fit(piece, cut, lambda shorter: fits(_with(page, shorter)))
        if fits(_with(page, piece)):
            break
    return piece


def _cut_to_fit(piece: Section, cut: Callable[[Section, int], Section], fits: Callable[[Section], bool]) -> Section:
    """Return the piece with the longest version of one text that fits, found by binary search."""
    least, most = 0, min(_LONGEST_TEXT, _longest(piece))
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(cut(piece, middle)) else (least, middle - 1)
    return cut(piece, least)


def _longest(piece: Section) -> int:
    """Return the length of the longest text of a piece that can be shortened."""
    cards = (len(text) for card in piece.cards for text in (card.body, card.byline, card.reason, card.title))
    return max(len(piece.text), len(piece.verbatim), *cards, 1)


def _cut_text(piece: Section, length: int) -> Section:
    return replace(piece, text=shorten(piece.text, length))


def _cut_verbatim(piece: Section, length: int) -> Section:
    return replace(piece, verbatim=piece.verbatim[:length])


def _cut_body(piece: Section, length: int) -> Section:
    return replace(piece, cards=tuple(replace(card, body=shorten(card.body, length)) for card in piece.cards))


def _cut_byline(piece: Section, length: int) -> Section:
    return replace(piece, cards=tuple(replace(card, byline=shorten(card.byline, length)) for card in piece.cards))


def _cut_reason(piece: Section, length: int) -> Section:
    return replace(piece, cards=tuple(replace(card, reason=shorten(card.reason, length)) for card in piece.cards))


def _cut_title(piece: Section, length: int) -> Section:
    return replace(piece, cards=tuple(replace(card, title=shorten(card.title, max(length, 1))) for card in piece.cards))
