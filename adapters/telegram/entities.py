"""Parse message entities: commands and mentions of the bot in a text or caption. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import Message, MessageEntity, User

#: Telegram's syntax of a command, for messages without entities
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?![\w/@])")
_FIRST_LETTER = re.compile(r"(?:^|(?<=[\n\r]))(?:[^\S\n\r])*+(?=\S)")


@dataclass(frozen=True, slots=True)
class Span:
    """A range of a text in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Written:
    """A text with its commands and mentions."""

    text: str = ""
    #: commands at the start of the text or of a line, in order
    commands: tuple[Span, ...] = ()
    #: mentions of the bot
    mentions: tuple[Span, ...] = ()

    @property
    def without_mentions(self) -> str:
        """The text without mentions of the bot."""
        pieces, last = [], 0
        for span in self.mentions:
            pieces.append(self.text[last : span.start])
            last = span.end
        return " ".join(" ".join((*pieces, self.text[last:])).split())


def written(message: Message, bot: User) -> Written:
    """Parse a message's text, or its caption if it has none."""
    text, marks = message.text, message.entities
    if not text:
        text, marks = message.caption or "", message.caption_entities
    if not marks:
        return Written(text, tuple(_typed_commands(text)), tuple(_typed_mentions(text, bot.username or "")))
    spans, starts = _spans(text, marks), _line_starts(text)
    commands = [span for span, mark in spans if mark.type == MessageEntity.BOT_COMMAND and span.start in starts]
    mentions = [span for span, mark in spans if _is_mention(text, span, mark, bot)]
    return Written(text, tuple(commands), tuple(mentions))


def _spans(text: str, marks: Sequence[MessageEntity]) -> list[tuple[Span, MessageEntity]]:
    """Return each entity with its range. Telegram counts in UTF-16 code units."""
    offsets = {offset for mark in marks for offset in (mark.offset, mark.offset + mark.length)}
    places = _code_points(text, sorted(offsets))
    found = [(Span(places[mark.offset], places[mark.offset + mark.length]), mark) for mark in marks]
    return sorted(found, key=lambda each: each[0].start)


def _code_points(text: str, offsets: Sequence[int]) -> dict[int, int]:
    """Map ascending offsets in UTF-16 code units to code point indices."""
    places: dict[int, int] = {}
    at = units = 0
    for offset in offsets:
        while units < offset and at < len(text):
            units += 2 if text[at] > "\uffff" else 1
            at += 1
        places[offset] = at
    return places


def _line_starts(text: str) -> frozenset[int]:
    """Return the index of the first non-blank character of each line."""
    return frozenset(match.end() for match in _FIRST_LETTER.finditer(text))


def _is_mention(text: str, span: Span, mark: MessageEntity, bot: User) -> bool:
    if mark.type == MessageEntity.TEXT_MENTION:
        return mark.user is not None and mark.user.id == bot.id
    named = text[span.start : span.end].casefold() == f"@{bot.username}".casefold()
    return mark.type == MessageEntity.MENTION and named


def _typed_commands(text: str) -> Iterator[Span]:
    for start in sorted(_line_starts(text)):
        if match := _COMMAND.match(text, start):
            yield Span(match.start(), match.end())


def _typed_mentions(text: str, name: str) -> Iterator[Span]:
    if name:
        for match in re.finditer(rf"(?<!\w)@{re.escape(name)}(?!\w)", text, re.IGNORECASE):
            yield Span(match.start(), match.end())
