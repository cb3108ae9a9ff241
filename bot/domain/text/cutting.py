"""Truncate text at word, grapheme and sentence boundaries; find the first sentence."""

from __future__ import annotations

import re
from unicodedata import category

_ELLIPSIS = "…"
_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[^a-z\s])")
_BEFORE_NUMBERS = frozenset(
    "fig figs eq eqs sec secs tab tabs ref refs no nos vol ch app thm lem prop def p pp".split()
)
_LONGEST_ABBREVIATION = 12
_LAST_WORD = re.compile(r"[^\s(\[“\"‘/]*$")
_ABBREVIATIONS = frozenset(
    "e.g i.e cf vs viz resp approx al ca esp incl a.k.a w.r.t i.i.d "
    "dr mr mrs ms prof st jr sr inc ltd co corp dept univ".split()
)


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters, cut after a word and marked with an ellipsis if shortened."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    blank = text.rfind(" ", 0, end + 1)
    # text without blanks (Chinese, a URL) is cut anywhere
    end = blank if blank > end // 2 else _whole(text, end)
    return text[:end].rstrip(" ,;:–—-([{“‘\"'") + _ELLIPSIS


#: no emoji and no letter with its marks has more code points; longer ones are made to be slow
_LONGEST_CLUSTER = 64


def _whole(text: str, end: int) -> int:
    """Return the nearest grapheme boundary at or before `end`."""
    first = max(0, end - _LONGEST_CLUSTER)
    while first < end < len(text) and (_clings(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    flags = 0
    while first < end - flags <= len(text) and "\U0001f1e6" <= text[end - flags - 1] <= "\U0001f1ff":
        flags += 1
    return end - flags % 2


def _clings(character: str) -> bool:
    return category(character)[0] == "M" or character == "\u200d" or "\U0001f3fb" <= character <= "\U0001f3ff"


def first_sentence(text: str) -> str:
    """Return the first sentence, or the whole text if no end is found."""
    for match in _END.finditer(text):
        if match[0][0] != "." or not match[0][1].isspace() or not _is_abbreviated(text, match):
            return text[: match.end()].rstrip()
    return text


def sentences(text: str, limit: int, first: int = 0) -> str:
    """Return as many whole sentences as have at most `limit` characters together.

    The first one may have up to `first` characters; it is shortened if it is longer than both.
    """
    end = 0
    while end < len(text):
        more = first_sentence(text[end:].lstrip())
        further = len(text) - len(text[end:].lstrip()) + len(more)
        if further > limit:
            break
        end = further
    return text[:end] if end else shorten(first_sentence(text), max(limit, first))


def _is_abbreviated(text: str, stop: re.Match[str]) -> bool:
    """Return whether the full stop belongs to an abbreviation: `et al.`, `Fig. 3`, `J. Smith`."""
    word = _LAST_WORD.search(text, max(0, stop.start() - _LONGEST_ABBREVIATION), stop.start())
    last = word[0].lower() if word else ""
    if last in _BEFORE_NUMBERS:
        return text[stop.end()].isdigit() or text[stop.end()] in "(["
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())
