"""Pure: text with marks, as Telegram's HTML and as the plain text that is left when it is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

#: how a reader's client writes a moment, in the reader's own zone: weekday, date, time
_MOMENT_FORMAT = "wdt"
_JOINER = "\u2060"
#: what Telegram makes a link of by itself: addresses with and without a scheme, mailboxes, numbers of machines,
#: mentions, hashtags and cashtags. Each ends where the joiner is set that keeps it text. Every part looks ahead as far
#: as it has read, so that the time grows with the length
_LIVE = r"://(?=\S)|@(?=\w)|#(?=\d*[^\W\d])|\$(?=[A-Z])|(?<![.\s])\.(?=[^\W\d_]{2})|(?<=\d)\.(?=\d{1,3}\.\d{1,3}\.\d)"
_COMMAND = r"(?<!\w)/(?=\w)"
_OURS, _THEIRS = re.compile(_LIVE), re.compile(f"{_LIVE}|{_COMMAND}")
_COMMANDS = re.compile(_COMMAND)
#: at least what Telegram finds in the name of a role
_NAMES = re.compile(r"[@#$/.](?=\w)")


@dataclass(frozen=True, slots=True)
class Rich:
    """A piece of a message."""

    html: str = ""
    #: what a reader sees
    text: str = ""
    #: marks in it, those included that Telegram finds by itself
    entities: int = 0

    def __add__(self, other: Rich) -> Rich:
        return Rich(self.html + other.html, self.text + other.text, self.entities + other.entities)

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def units(self) -> int:
        """Its length as Telegram counts it, in UTF-16 code units."""
        return len(self.text.encode("utf-16-le")) // 2

    @property
    def overhead(self) -> int:
        """Characters of the HTML that are no text."""
        return len(self.html) - len(self.text)


def plainly(text: str) -> Rich:
    """The bot's own words: a command in them can be pressed, and nothing else is a link or mentions anybody.

    What stands in “quotation marks” is a title or something that a person typed, and is treated as `quoted`.
    """
    quiet = "\n".join(map(_quiet, text.split("\n")))
    return Rich(escape(quiet), quiet, len(_COMMANDS.findall(quiet)))


def quoted(text: str) -> Rich:
    """Text by others: nothing in it can be pressed."""
    quiet = _THEIRS.sub(_broken, text)
    return Rich(escape(quiet), quiet)


def _quiet(line: str) -> str:
    start, end = line.find("“"), line.rfind("”")
    if not 0 <= start < end:
        return _OURS.sub(_broken, line)
    pieces = (_OURS.sub(_broken, line[:start]), _THEIRS.sub(_broken, line[start:end]), _OURS.sub(_broken, line[end:]))
    return "".join(pieces)


def _broken(found: re.Match[str]) -> str:
    return f"{found[0]}{_JOINER}"


def verbatim(text: str) -> Rich:
    """Text as it stands, for a block that is copied: Telegram looks for nothing in one."""
    return Rich(escape(text), text)


def named(text: str) -> Rich:
    """Text that may mention somebody, as a manager wished."""
    return Rich(escape(text), text, len(_NAMES.findall(text)))


def marked(tag: str, inner: Rich, attributes: str = "") -> Rich:
    """The piece under one mark; an empty one stays empty."""
    if not inner:
        return inner
    return Rich(f"<{tag}{attributes}>{inner.html}</{tag}>", inner.text, inner.entities + 1)


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
    found = [piece for piece in pieces if piece]
    return Rich(
        escape(between).join(piece.html for piece in found),
        between.join(piece.text for piece in found),
        sum(piece.entities for piece in found),
    )
