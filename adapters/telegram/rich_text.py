"""Text of rich messages, as values of the Bot API's type `RichText`. Nothing in them is parsed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from adapters.telegram.markup import MOMENT_FORMAT, QUOTED, RELATIVE_FORMAT
from bot.domain.pages import Moment

RichText: TypeAlias = "str | list[RichText] | dict[str, RichText | int]"

_COMMAND = r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?![\w/@])"
_MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w)")


def bold(text: RichText) -> RichText:
    """Format in bold; an empty text stays empty, here and below."""
    return {"type": "bold", "text": text} if text else text


def italic(text: RichText) -> RichText:
    """Format in italics."""
    return {"type": "italic", "text": text} if text else text


def code(text: RichText) -> RichText:
    """Format as inline code."""
    return {"type": "code", "text": text} if text else text


def link(text: RichText, url: str) -> RichText:
    """Format as a link; only the text if `url` is not a web address."""
    if not text or not url.startswith(("http://", "https://")):
        return text
    return {"type": "url", "text": text, "url": url}


def joined(texts: Sequence[RichText], between: str) -> RichText:
    """Join the non-empty texts with a separator."""
    pieces: list[RichText] = []
    for text in texts:
        if text:
            pieces += [between, text] if pieces else [text]
    return _simple(pieces)


def mentioning(text: str) -> RichText:
    """Return text set by a manager, in which user names are mentioned."""
    return _marked(text, _MENTION, lambda found: {"type": "mention", "text": found, "username": found[1:]})


def own(text: str, moments: Sequence[Moment] = ()) -> RichText:
    """Return the bot's own text: its commands can be tapped, and clients show its moments in the reader's time zone.

    Text within quotation marks is a title or was typed by a person, and stays plain.
    """
    known = {moment.text: moment for moment in moments if moment.text}
    longest_first = sorted(map(re.escape, known), key=len, reverse=True)
    words = [rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)"] if known else []

    def mark(found: str) -> RichText:
        if found not in known:
            return {"type": "bot_command", "text": found, "bot_command": found}
        return _moment(known[found])

    return _marked(text, re.compile("|".join((*words, _COMMAND))), mark)


def characters(text: RichText) -> int:
    """Return the length of the visible text in UTF-16 code units."""
    if isinstance(text, str):
        return len(text.encode("utf-16-le")) // 2
    if isinstance(text, list):
        return sum(map(characters, text))
    shown = text["text"]
    return 0 if isinstance(shown, int) else characters(shown)


def _moment(moment: Moment) -> RichText:
    form = RELATIVE_FORMAT if moment.relative else MOMENT_FORMAT
    at = int(moment.at.timestamp())
    return {"type": "date_time", "text": moment.text, "unix_time": at, "date_time_format": form}


def _marked(text: str, pattern: re.Pattern[str], mark: Callable[[str], RichText]) -> RichText:
    """Return the text with what matches the pattern marked, except in quotations."""
    quotations = [found.span() for found in QUOTED.finditer(text)]
    pieces: list[RichText] = []
    last = 0
    for found in pattern.finditer(text):
        if any(start <= found.start() < end for start, end in quotations):
            continue
        pieces += [text[last : found.start()], mark(found[0])]
        last = found.end()
    return _simple([*pieces, text[last:]])


def _simple(pieces: Sequence[RichText]) -> RichText:
    """Return the pieces as one text."""
    kept = [piece for piece in pieces if piece]
    return kept[0] if len(kept) == 1 else kept or ""
