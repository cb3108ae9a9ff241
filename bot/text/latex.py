"""LaTeX to Unicode: dollars, escapes, groups, then the macros that are left."""

from __future__ import annotations

import re
from unicodedata import normalize

from bot.text.accents import accented
from bot.text.characters import DOLLAR
from bot.text.dollars import without_delimiters
from bot.text.groups import QUIET, before, said, ungrouped
from bot.text.scripts import unbraced
from bot.text.stripped import greek
from bot.text.symbols import ABBREVIATIONS, FUNCTIONS, GAPS, HATS

_ESCAPE = re.compile(r"\\([^A-Za-z])")
_ESCAPED = {"\\": " ", ",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "@": "", "|": "‖"}
_ESCAPED |= dict.fromkeys("()[]", "")
# Hugging Face took the dollar out of `\$1 million`; `\3)` is the number of a list
_LOST_DOLLAR = re.compile(r"\\(?=[0-9]++(?!\)))")

# TeX takes the blank behind every macro; readers want it, except behind a dash
_TIGHT = frozenset({"textemdash", "textendash"})
# an accent over one letter without braces; the wide ones show so even without a backslash
_HATTED = re.compile(r"(?:\\(hat|tilde|bar|vec|dot|ddot)|\\?(?<![A-Za-z])(widetilde|widehat)) ([A-Za-z])(?![A-Za-z])")
# the comma of `36{,}243`, which TeX would set apart otherwise
_TIED = re.compile(r"(?<=\w)\{([,;:])\}(?=\w)")
_MACRO = re.compile(r"\\([A-Za-z]++)\*?( ?)")


def unlatexed(text: str) -> str:
    """The text with its LaTeX, whole or half removed, as Unicode. Amounts of money keep their dollar."""
    if "$" in text:
        text = without_delimiters(text)
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, accented(_LOST_DOLLAR.sub(DOLLAR, text)))
    text = _HATTED.sub(_hatted, greek(text))
    if "{" in text or "}" in text:
        text = ungrouped(_TIED.sub(r"\1", text))
    if "\\" in text:
        text = _MACRO.sub(_macro, text).replace("\\", "")
    return unbraced(text)


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[1])


def _hatted(match: re.Match[str]) -> str:
    return normalize("NFC", match[3] + HATS[match[1] or match[2]])


def _macro(match: re.Match[str]) -> str:
    name, blank = match.groups()
    if name in GAPS:
        return " "
    if name in QUIET:
        return ""
    if name in FUNCTIONS:
        return (" " if before(match).isalnum() else "") + name + blank
    if name in ABBREVIATIONS:
        ends = match.string[match.end() : match.end() + 1] == "."
        return ABBREVIATIONS[name].removesuffix("." * ends) + blank
    return said(name) + ("" if name in _TIGHT else blank)
