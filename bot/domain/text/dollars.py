"""Dollar signs: removed as delimiters of math, kept as currency."""

from __future__ import annotations

import re

from bot.domain.text.characters import DOLLAR

_LONGEST_FORMULA = 400
_SIGN = re.compile(r"[\\^_{}=<>|+/]|[^\x00-\x7f]")
# `$\sim$10`, `$>$5`
_BEFORE_NUMBER = re.compile(r"\\(?:[A-Za-z]+|[%&#])|[<>=+-]|[≤≥≈±×]")
_WORD_BEHIND = re.compile(r"\s[A-Za-z]{2}")
# `$\mu$P` is μ and P, not a macro \muP
_MACRO_AT_END = re.compile(r"\\[A-Za-z]+$")
_MACRO = re.compile(r"\\[A-Za-z]")
_STRAY = re.compile(r"(?<=[a-z}])\$(?=[\s.,;:)]|$)")


def without_delimiters(text: str) -> str:
    """Remove the dollars around math; others are currency or typing errors."""
    pieces = text.replace(r"\$", DOLLAR).split("$")
    kept, i = [pieces[0]], 1
    while i < len(pieces):
        if i + 1 < len(pieces) and _is_maths(pieces[i], pieces[i + 1][:1]):
            kept += _MACRO_AT_END.sub(r"\g<0>{}", pieces[i]), pieces[i + 1]
            i += 2
        else:
            kept += "$", pieces[i]
            i += 1
    return _STRAY.sub("", "".join(kept))


def _is_maths(between: str, after: str) -> bool:
    """Return whether two dollars delimit math, given the text between and after them: `$x^2$`, not `$5 to $10`."""
    if not 0 < len(between) <= _LONGEST_FORMULA:
        return False
    if between != between.strip() and (between[0].isdigit() or not _MACRO.search(between)):
        return False
    if after.isdigit():
        return bool(_BEFORE_NUMBER.fullmatch(between))
    if between[0].isdigit():
        return "\\" in between or not _WORD_BEHIND.search(between)
    return bool(_SIGN.search(between)) or len(between.split()) <= 2
