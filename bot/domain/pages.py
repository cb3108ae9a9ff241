"""What the bot says: plain text in a shape, which every surface shows in its own manner.

Nothing here is escaped, cut or marked up. Titles and names come from outside and are hostile until a surface
has escaped them for its own medium.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.text import shorten

#: Telegram carries at most this many bytes in a button
ACTION_BYTES = 64
#: characters; far more than any text on a page has
_LONGEST_TEXT = 1 << 20


@dataclass(frozen=True, slots=True)
class Link:
    """An address that the reader may follow."""

    label: str
    #: http or https
    url: str


@dataclass(frozen=True, slots=True)
class Action:
    """A button: a command that somebody else has typed."""

    label: str
    #: the command with its argument, without slash: "why 2604.01234"
    command: str

    def __post_init__(self) -> None:
        if len(self.command.encode()) > ACTION_BYTES:
            raise ValueError(f"too long for a button ({ACTION_BYTES} bytes): {self.command!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One paper as it stands in a list, or alone."""

    #: the paper's id; the same on every surface
    key: str
    #: its place in the list, as a person would type it; None where it stands alone
    number: int | None = None
    title: str
    url: str
    #: authors, organisation, date
    byline: str = ""
    #: why it is here, in one line
    reason: str = ""
    links: tuple[Link, ...] = ()
    #: folded until the reader asks for it
    body: str = ""
    #: who wrote the body; empty for the authors themselves
    body_by: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a small table: a name and what belongs to it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page under one heading; any of its pieces may be empty."""

    heading: str = ""
    text: str = ""
    #: to be copied as it stands: a BibTeX entry, lines to be pasted back
    verbatim: str = ""
    rows: tuple[Row, ...] = ()
    cards: tuple[Card, ...] = ()


class Trouble(StrEnum):
    """Why a page is not what was asked for."""

    NONE = "none"
    #: the person can mend it
    REFUSED = "refused"
    #: the person lacks a right; nothing about the place is told
    NOT_ALLOWED = "not allowed"
    #: not now: the database cannot be used; nothing was changed, and the same may be asked again
    BUSY = "busy"
    #: not yet: what would answer is still being made; nothing was changed, and the same may be asked again
    NOT_READY = "not ready"
    #: this interaction has been answered already, perhaps by another process; nothing was changed by this call, and
    #: an adapter shows nothing
    REPEATED = "repeated"
    #: the fault is ours
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Moment:
    """Words somewhere on a page that tell a moment; a surface may show it in the reader's own zone."""

    #: as they stand there: "Mon 27 Apr at 09:00 Europe/Berlin"
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer, whole."""

    title: str
    #: how the request was understood, or what this is
    intro: str = ""
    sections: tuple[Section, ...] = ()
    #: where it comes from and how fresh it is
    footer: str = ""
    actions: tuple[Action, ...] = ()
    #: in the intro, the footer and the texts
    moments: tuple[Moment, ...] = ()
    trouble: Trouble = Trouble.NONE
    #: where it asks for words: the line that they complete, without slash ("subscribe agents at 9:00")
    prompt: str = ""

    @property
    def refused(self) -> bool:
        """Whether the page says only why something was not done."""
        return self.trouble is not Trouble.NONE

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every card of the page, in order."""
        return tuple(card for section in self.sections for card in section.cards)


def paginate(page: Page, fits: Callable[[Page], bool]) -> tuple[Page, ...]:
    """Split a page into as few as `fits` allows, between cards only.

    The first carries the intro, the last the footer and the buttons; the others say that they continue. A card that
    does not fit on a page of its own is shortened at a word, its text first and its title last.
    """
    pages: list[Page] = []
    current = replace(page, sections=(), footer="", actions=())
    for piece in _pieces(page.sections):
        grown = _with(current, piece)
        if not fits(grown) and (current.sections or current.intro):
            pages.append(current)
            current = _continued(page)
            grown = _with(current, piece)
        current = grown if fits(grown) else _with(current, _squeezed(piece, current, fits))
    closed = replace(current, footer=page.footer, actions=page.actions)
    if fits(closed):
        return (*pages, closed)
    return (*pages, current, replace(_continued(page), footer=page.footer, actions=page.actions))


def _continued(page: Page) -> Page:
    return Page(title=f"{page.title} (continued)", moments=page.moments)


def _pieces(sections: tuple[Section, ...]) -> Iterator[Section]:
    """Every section cut into the smallest parts that may stand on a page of their own."""
    for section in sections:
        bare = bool(section.text or section.verbatim or section.rows)
        if bare or not section.cards:
            yield replace(section, cards=())
        for place, card in enumerate(section.cards):
            yield Section(heading=section.heading if place == 0 and not bare else "", cards=(card,))


def _with(page: Page, piece: Section) -> Page:
    """The page with a piece at its end; a piece without a heading joins the section before it."""
    if page.sections and not (piece.heading or piece.text or piece.verbatim or piece.rows):
        last = page.sections[-1]
        return replace(page, sections=(*page.sections[:-1], replace(last, cards=last.cards + piece.cards)))
    return replace(page, sections=(*page.sections, piece))


def _squeezed(piece: Section, page: Page, fits: Callable[[Page], bool]) -> Section:
    """The piece with as much of its text as fits; with next to none where nothing fits."""
    for cut in (_cut_text, _cut_verbatim, _cut_body, _cut_byline, _cut_reason, _cut_title):
        piece = _cut_to_fit(piece, cut, lambda shorter: fits(_with(page, shorter)))
        if fits(_with(page, piece)):
            break
    return piece


def _cut_to_fit(piece: Section, cut: Callable[[Section, int], Section], fits: Callable[[Section], bool]) -> Section:
    """The piece with the longest cut of one of its texts that fits, found by halving; with none where none does."""
    least, most = 0, min(_LONGEST_TEXT, _longest(piece))
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(cut(piece, middle)) else (least, middle - 1)
    return cut(piece, least)


def _longest(piece: Section) -> int:
    """The length of the longest text of a piece that can be cut."""
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
