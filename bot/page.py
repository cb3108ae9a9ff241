"""What the bot says: plain text in a shape, which every surface shows in its own manner.

Nothing here is escaped, cut or marked up. Titles and names come from outside and are hostile until a surface
has escaped them for its own medium.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Telegram carries at most this many bytes in a button
ACTION_BYTES = 64


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
    rows: tuple[Row, ...] = ()
    cards: tuple[Card, ...] = ()


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

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every card of the page, in order."""
        return tuple(card for section in self.sections for card in section.cards)
