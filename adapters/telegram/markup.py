"""Formatted text as Telegram's HTML, with the plain text and entity count that Telegram sees after parsing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

#: formats of `tg-time`, which clients show in the reader's time zone: weekday, date, time; relative to now
MOMENT_FORMAT, RELATIVE_FORMAT = "wdt", "r"
_JOINER = "\u2060"
#: what Telegram turns into links by itself: URLs with and without a scheme, e-mail addresses, IP addresses, mentions,
#: hashtags, cashtags. Each match ends where the word joiner is inserted. Look-aheads never scan further than already
#: matched, so matching is linear
_LIVE = r"://(?=\S)|@(?=\w)|#(?=\d*[^\W\d])|\$(?=[A-Z])|(?<![.\s])\.(?=[^\W\d_]{2})|(?<=\d)\.(?=\d{1,3}\.\d{1,3}\.\d)"
#: opening and closing ones of the languages of the catalogues: “English”, „Deutsch“, «français», 「日本語」
_QUOTATION_MARKS = frozenset("“”„«»‹›「」『』")
#: what a line quotes, from its first quotation mark to the last: titles, and what people typed
QUOTED = re.compile(rf"[{''.join(_QUOTATION_MARKS)}].*[{''.join(_QUOTATION_MARKS)}]")
_COMMAND = r"(?<!\w)/(?=\w)"
_OURS, _THEIRS = re.compile(_LIVE), re.compile(f"{_LIVE}|{_COMMAND}")
_COMMANDS = re.compile(_COMMAND)
#: a superset of what Telegram recognizes in a mention
_NAMES = re.compile(r"[@#$/.](?=\w)")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A piece of a message."""

    html: str = ""
    #: the visible text
    text: str = ""
    #: number of entities, including those that Telegram detects
    entities: int = 0

    def __add__(self, other: Formatted) -> Formatted:
        return Formatted(self.html + other.html, self.text + other.text, self.entities + other.entities)

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def units(self) -> int:
        """The length in UTF-16 code units, as Telegram counts."""
        return len(self.text.encode("utf-16-le")) // 2

    @property
    def overhead(self) -> int:
        """Characters of HTML beyond the text."""
        return len(self.html) - len(self.text)


def plainly(text: str) -> Formatted:
    """Format the bot's own text: commands in it can be tapped; links and mentions are broken.

    Text within quotation marks of any language is a title or typed by a person, and treated as by `quoted`.
    """
    quiet = "\n".join(map(_quiet, text.split("\n")))
    return Formatted(escape(quiet), quiet, len(_COMMANDS.findall(quiet)))


def quoted(text: str) -> Formatted:
    """Format text by others: nothing in it can be tapped."""
    quiet = _THEIRS.sub(_broken, text)
    return Formatted(escape(quiet), quiet)


def _quiet(line: str) -> str:
    marks = [place for place, sign in enumerate(line) if sign in _QUOTATION_MARKS]
    if len(marks) < 2:
        return _OURS.sub(_broken, line)
    start, end = marks[0], marks[-1]
    pieces = (_OURS.sub(_broken, line[:start]), _THEIRS.sub(_broken, line[start:end]), _OURS.sub(_broken, line[end:]))
    return "".join(pieces)


def _broken(found: re.Match[str]) -> str:
    return f"{found[0]}{_JOINER}"


def verbatim(text: str) -> Formatted:
    """Format text for a code block, in which Telegram detects no entities."""
    return Formatted(escape(text), text)


def named(text: str) -> Formatted:
    """Format text that may contain a mention, as set by a manager."""
    return Formatted(escape(text), text, len(_NAMES.findall(text)))


def marked(tag: str, inner: Formatted, attributes: str = "") -> Formatted:
    """Wrap a piece in a tag; an empty piece stays empty."""
    if not inner:
        return inner
    return Formatted(f"<{tag}{attributes}>{inner.html}</{tag}>", inner.text, inner.entities + 1)


def bold(inner: Formatted) -> Formatted:
    """Format in bold."""
    return marked("b", inner)


def italic(inner: Formatted) -> Formatted:
    """Format in italics."""
    return marked("i", inner)


def code(inner: Formatted) -> Formatted:
    """Format as inline code, which is copied with a tap."""
    return marked("code", inner)


def block(inner: Formatted) -> Formatted:
    """Format as a code block."""
    return marked("pre", inner)


def quote(inner: Formatted, *, folded: bool) -> Formatted:
    """Format as a block quotation; with `folded`, clients show three lines until it is expanded."""
    return marked("blockquote", inner, " expandable" if folded else "")


def link(label: Formatted, url: str) -> Formatted:
    """Format a link; only the label if `url` is not a web address."""
    if not url.startswith(("http://", "https://")):
        return label
    return marked("a", label, f' href="{escape(url)}"')


def moment(text: str, at: datetime, *, relative: bool = False) -> Formatted:
    """Format a point in time, which clients show in the reader's time zone; older clients show `text`."""
    form = RELATIVE_FORMAT if relative else MOMENT_FORMAT
    return marked("tg-time", plainly(text), f' unix="{int(at.timestamp())}" format="{form}"')


def joined(pieces: Iterable[Formatted], between: str) -> Formatted:
    """Join the non-empty pieces with a separator."""
    found = [piece for piece in pieces if piece]
    return Formatted(
        escape(between).join(piece.html for piece in found),
        between.join(piece.text for piece in found),
        sum(piece.entities for piece in found),
    )
