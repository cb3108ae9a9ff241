"""LaTeX to Unicode: dollars, escapes, groups, then the remaining macros."""

from __future__ import annotations

import re

from bot.domain.text.accents import accented
from bot.domain.text.characters import DOLLAR
from bot.domain.text.dollars import without_delimiters
from bot.domain.text.groups import QUIET, before, said, ungrouped
from bot.domain.text.math_accents import braced
from bot.domain.text.scripts import raised, unbraced
from bot.domain.text.stripped import greek
from bot.domain.text.symbols import ABBREVIATIONS, FUNCTIONS, GAPS, SIGNS

_ESCAPE = re.compile(r"\\([^A-Za-z])")
_ESCAPED = {"\\": " ", ",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "@": "", "|": "‖"}
_ESCAPED |= dict.fromkeys("()[]", "")
# Hugging Face removed the dollar from `\$1 million`; `\3)` is a list number
_LOST_DOLLAR = re.compile(r"\\(?=[0-9]++(?!\)))")

# TeX drops the blank after every macro; it is kept here except after a dash
_TIGHT = frozenset({"textemdash", "textendash"})
# the comma of `36{,}243`, which TeX would space otherwise
_TIED = re.compile(r"(?<=\w)\{([,;:])\}(?=\w)")
# `\sqrt[3]{x}`
_ROOT = re.compile(r"\\sqrt\s?\[([0-9]{1,3})\]")
_MACRO = re.compile(r"\\([A-Za-z]++)\*?( ?)")
# `\to\bar{B}`: the letter of the group would be read as part of the name before it
_BEFORE_GROUP = re.compile(r"\\([A-Za-z]++)(?=\\[A-Za-z]++\s?\{)")


def unlatexed(text: str) -> str:
    """Return the text with its LaTeX, complete or partly stripped, as Unicode. Currency keeps its dollar."""
    if "$" in text:
        text = without_delimiters(text)
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, accented(_LOST_DOLLAR.sub(DOLLAR, text)))
    text = _ROOT.sub(lambda match: raised(match[1]) + r"\sqrt", braced(greek(text)))
    if "{" in text or "}" in text:
        text = _BEFORE_GROUP.sub(lambda match: SIGNS.get(match[1], match[0]), text)
        text = ungrouped(_TIED.sub(r"\1", text))
    if "\\" in text:
        text = _MACRO.sub(_macro, text).replace("\\", "")
    return unbraced(text)


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[1])


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
