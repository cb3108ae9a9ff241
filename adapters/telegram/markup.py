"""Pure: text with marks, as Telegram's HTML and as the plain text that is left when it is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

#: how a reader's client writes a moment, in the reader's own zone: weekday, date, time
_MOMENT_FORMAT = "wdt"
#: what a client makes into a link by itself, and so counts as a mark: commands, mentions, tags, addresses
_FOUND_BY_CLIENTS = re.compile(r"(?<!\w)[/@#$][A-Za-z]\w*|\w[\w.+-]*@\w|(?:https?://|\b)[\w-]+(?:\.[A-Za-z][\w-]+)+")
_JOINER = "\u2060"
_MENTION = re.compile(r"@(?=\w)")
_COMMAND = re.compile(r"(?<!\w)/(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Rich:
    """A piece of a message."""

    html: str = ""
    #: what a reader sees
    text: str = ""
    #: marks in it
    marks: int = 0

    def __add__(self, other: Rich) -> Rich:
        return Rich(self.html + other.html, self.text + other.text, self.marks + other.marks)

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def units(self) -> int:
        """Its length as Telegram counts it, in UTF-16 code units."""
        return len(self.text.encode("utf-16-le")) // 2

    @property
    def entities(self) -> int:
        """Its marks and those that a client adds by itself."""
        return self.marks + len(_FOUND_BY_CLIENTS.findall(self.text))

    @property
    def overhead(self) -> int:
        """Characters of the HTML that are no text."""
        return len(self.html) - len(self.text)


def plainly(text: str) -> Rich:
    """Text in which nothing is a mark; it mentions nobody."""
    quiet = _MENTION.sub(f"@{_JOINER}", text)
    return Rich(escape(quiet), quiet)


def quoted(text: str) -> Rich:
    """Text by others: besides, nothing in it can be pressed as a command."""
    return plainly(_COMMAND.sub(f"/{_JOINER}", text))


def named(text: str) -> Rich:
    """Text that may mention somebody, as a manager wished."""
    return Rich(escape(text), text)


def marked(tag: str, inner: Rich, attributes: str = "") -> Rich:
    """The piece under one mark; an empty one stays empty."""
    if not inner:
        return inner
    return Rich(f"<{tag}{attributes}>{inner.html}</{tag}>", inner.text, inner.marks + 1)


def bold(inner: Rich) -> Rich:
    """In bold letters."""
    return marked("b", inner)


def italic(inner: Rich) -> Rich:
    """In italics."""
    return marked("i", inner)


def code(inner: Rich) -> Rich:
    """In letters of one width, copied with a tap."""
    return marked("code", inner)


def block(inner: Rich) -> Rich:
    """A block that is copied as it stands."""
    return marked("pre", inner)


def quote(inner: Rich, *, folded: bool) -> Rich:
    """Somebody else's words; folded, a client shows three lines until it is pressed."""
    return marked("blockquote", inner, " expandable" if folded else "")


def link(label: Rich, url: str) -> Rich:
    """A label that leads somewhere on the web; only the label where the address is none."""
    if not url.startswith(("http://", "https://")):
        return label
    return marked("a", label, f' href="{escape(url)}"')


def moment(text: str, at: datetime) -> Rich:
    """A moment, which clients that can show in the reader's own zone; others show the text."""
    return marked("tg-time", plainly(text), f' unix="{int(at.timestamp())}" format="{_MOMENT_FORMAT}"')


def joined(pieces: Iterable[Rich], between: str) -> Rich:
    """Those of the pieces that are not empty, with a text between them."""
    whole = Rich()
    for piece in pieces:
        if piece:
            whole = whole + plainly(between) + piece if whole else piece
    return whole
