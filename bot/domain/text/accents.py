r"""Accents and special letters of LaTeX: `Schr\"odinger`, `na\"{\i}ve`, `\L{}ukasz`."""

from __future__ import annotations

import re
from unicodedata import normalize

from bot.domain.text.symbols import ACCENTS, LETTERS

# "the query\'s feature": an escaped apostrophe
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])\\'(?=(?:s|t|re|ve|ll|d|m)\b)")
_ACCENT = re.compile(r"""\\(["'`^~=.])\s?(?:\{\s?\\?([A-Za-z])\s?\}|\\([ij])(?![A-Za-z])\s?|([A-Za-z]))""")
_NAMED_ACCENT = re.compile(r"\\([vcHkrudb])\{\s?\\?([A-Za-z])\s?\}")
# `\c cois`: a paper's own macro may also be called \c, so the result must be an existing letter
_SPACED_ACCENT = re.compile(r"\\([vcHk])\s([A-Za-z])")
_LETTER = re.compile(r"\\(" + "|".join(sorted(LETTERS, key=len, reverse=True)) + r")(?![A-Za-z])(?:\{\}|\s)?")


def accented(text: str) -> str:
    """Replace macros that stand for one letter; leave everything else unchanged."""
    if "\\" not in text:
        return text
    text = _APOSTROPHE.sub("'", text)
    text = _ACCENT.sub(_composed, text)
    text = _NAMED_ACCENT.sub(_composed, text)
    text = _SPACED_ACCENT.sub(_composed_if_real, text)
    return _LETTER.sub(lambda match: LETTERS[match[1]], text)


def _composed(match: re.Match[str]) -> str:
    mark = ACCENTS[match[1]]
    letter = next(found for found in match.groups()[1:] if found)
    return normalize("NFC", letter + mark)


def _composed_if_real(match: re.Match[str]) -> str:
    letter = _composed(match)
    return letter if len(letter) == 1 else match[0]
