"""What a Bot API server makes of the blocks of a rich message: the text to read, the marks in it, and its limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.adapters.telegram.world import Json

CHARACTERS, BLOCKS, DEPTH = 32_768, 500, 16


class BadRichMessage(Exception):
    """A rich message that a server refuses, in its words."""


def parse_rich(message: Json) -> tuple[str, list[Json]]:
    """The text, a line for each block, and what is marked in it, with offsets in UTF-16 code units."""
    if sum(name in message for name in ("blocks", "html", "markdown")) != 1:
        raise BadRichMessage("exactly one of the fields html, markdown, or blocks must be used")
    blocks: list[Json] = message["blocks"]
    if len(blocks) > BLOCKS:
        raise BadRichMessage("RICH_MESSAGE_TOO_MANY_BLOCKS")
    lines, entities, at = [], [], 0
    for block in blocks:
        line = "".join(text for text, _ in runs(block["text"]))
        if not line.strip():
            raise BadRichMessage("rich text must be non-empty")
        for text, marks in runs(block["text"]):
            entities += [{"offset": at, "length": _units(text)} | each for each in marks]
            at += _units(text)
        lines.append(line)
        at += 1
    if sum(map(_units, lines)) > CHARACTERS:
        raise BadRichMessage("MESSAGE_TOO_LONG")
    return "\n".join(lines), entities


def runs(text: Any, marks: tuple[Json, ...] = (), depth: int = 0) -> Iterator[tuple[str, tuple[Json, ...]]]:
    """The plain pieces of a rich text, each with everything that marks it."""
    if depth > DEPTH:
        raise BadRichMessage("RICH_MESSAGE_TOO_DEEP")
    if isinstance(text, str):
        yield text, marks
    elif isinstance(text, list):
        for piece in text:
            yield from runs(piece, marks, depth + 1)
    else:
        mark = {name: value for name, value in text.items() if name != "text"}
        if mark["type"] == "url":
            mark["type"] = "text_link"
        yield from runs(text["text"], (*marks, mark), depth + 1)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
