r"""Accents of math: `\bar{x}`, `\hat\theta`, `\overline{MS}`, `\not\in`, as combining characters."""

from __future__ import annotations

import re
from unicodedata import category, combining, normalize

from bot.domain.text.symbols import GREEK, MATH_ACCENTS, SIGNS, SWITCHES, WRAPPERS

#: accents that stretch over everything that is in their braces
_WIDE = frozenset({"overline", "overbar", "widehat", "widetilde", "overrightarrow", "overleftarrow"})
#: letters that a stretched accent is repeated over; over more it would be hard to read
_MOST = 4
#: what stretched accents of several letters are written as: bars touch each other
_STRETCHED = {"overline": "\u0305", "overbar": "\u0305"}

_NAMES = "|".join(sorted(MATH_ACCENTS, key=len, reverse=True))
_FONTS = "|".join(sorted(WRAPPERS, key=len, reverse=True))
#: `\hat\theta`, `\bar\mathbf{x}`, `\bar B`, `\not=`; wide accents are recognized without a backslash too
_UNBRACED = re.compile(
    rf"(?:\\({_NAMES})(?![A-Za-z])|\\?(?<![A-Za-z])(widetilde|widehat)(?=\s))\s?"
    rf"(?:\\(?:{_FONTS})(?![A-Za-z])\s?(\{{[^{{}}]{{0,40}}\}}|[A-Za-z](?![A-Za-z]))"
    r"|(\\[A-Za-z]++)|([A-Za-z](?![A-Za-z])|[0-9=<>]))"
)
_MACRO = re.compile(r"\\([A-Za-z]++)\s?")


def braced(text: str) -> str:
    r"""Return the text with braces around the argument of each accent that has none: `\hat{\theta}`."""
    return _UNBRACED.sub(_with_braces, text)


def _with_braces(match: re.Match[str]) -> str:
    name, stripped, of_font, macro, letter = match.groups()
    if macro and not _is_sign(macro[1:]):
        return match[0]
    return f"\\{name or stripped}{{{(of_font or macro or letter).strip('{}')}}}"


def _is_sign(name: str) -> bool:
    return name in GREEK or len(SIGNS.get(name, "")) == 1


def with_accent(name: str, body: str) -> str:
    """Return what is in the braces of an accent with that accent.

    It stands over a single letter or sign, or the first one if an index or exponent follows; over several letters only
    if it is one that stretches.
    """
    body = _MACRO.sub(_plain, body).strip()
    letters, rest = _first(body)
    if not letters:
        return body
    mark = MATH_ACCENTS[name]
    if not rest or rest[0] in "_^'" or category(rest[0]) == "No":
        return normalize("NFC", letters + mark) + rest
    if name in _WIDE and len(body) <= _MOST and body.isalnum():
        return normalize("NFC", "".join(letter + _STRETCHED.get(name, mark) for letter in body))
    return body


def _plain(macro: re.Match[str]) -> str:
    if macro[1] in WRAPPERS or macro[1] in SWITCHES:
        return ""
    return SIGNS.get(macro[1], macro[0])


def _first(body: str) -> tuple[str, str]:
    """Return the first letter or sign with its own accents, and the rest; no letter if there is something else."""
    if not body or not (body[0].isalnum() or category(body[0])[0] == "S"):
        return "", body
    end = 1
    while end < len(body) and combining(body[end]):
        end += 1
    return body[:end], body[end:]
