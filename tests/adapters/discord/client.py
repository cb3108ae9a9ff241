"""What Discord's client makes of markdown: a small reader that finds everything in a text that is not plain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
#: where anything but letters can begin
_INTERESTING = re.compile(r"[\\\[<@:`|~*_]|https?:|steam:")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(([^()\s]+)\)")
_RULES = {
    "mention": re.compile(r"<(?:@[!&]?|#)\d+>|@(?:everyone|here)\b"),
    "command": re.compile(r"</[^>]+:\d+>|<id:\w+>"),
    "time": re.compile(r"<t:-?\d+(?::[tTdDfFRsS])?>"),
    "emoji": re.compile(r"<a?:\w+:\d+>|:[A-Za-z0-9_+~-]+:"),
    "address": re.compile(r"<?(?:https?|steam)://[^\s<]+"),
    "code": re.compile(r"`+[^`]+`+"),
    "spoiler": re.compile(r"\|\|.+?\|\|", re.DOTALL),
    "strike": re.compile(r"~~.+?~~", re.DOTALL),
    "bold": re.compile(r"\*\*.+?\*\*", re.DOTALL),
    "italics": re.compile(r"\*[^\s*].*?\*|_[^\s_].*?_", re.DOTALL),
}
_BLOCKS = {
    "heading": re.compile(r"#{1,3} "),
    "small": re.compile(r"-# "),
    "quotation": re.compile(r">{1,3} "),
    "list": re.compile(r"\s*(?:[-*+]|\d+\.) "),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is more than letters."""

    kind: str
    text: str
    #: where a link leads
    url: str = ""


def found(text: str) -> list[Found]:
    """Everything that is shown otherwise than it is written, or does something."""
    blocks = [Found(kind, line) for line in text.split("\n") for kind, rule in _BLOCKS.items() if rule.match(line)]
    return [*blocks, *_inside(text)]


def _inside(text: str) -> Iterator[Found]:
    place = 0
    while interesting := _INTERESTING.search(text, place):
        place = interesting.start()
        if escape := _ESCAPE.match(text, place):
            place = escape.end()
            continue
        if link := _LINK.match(text, place):
            yield Found("link", link[1], link[2])
            yield from _inside(link[1])
            place = link.end()
            continue
        hit = next(((kind, rule.match(text, place)) for kind, rule in _RULES.items() if rule.match(text, place)), None)
        if hit is not None and hit[1] is not None:
            yield Found(hit[0], hit[1][0])
            inner = hit[1][0]
            if hit[0] in ("bold", "italics", "strike", "spoiler") and len(inner) > 2:
                yield from _inside(inner.strip("*_~|"))
                place = hit[1].end()
                continue
            place = hit[1].end()
            continue
        place += 1
