"""Reasons of platforms and libraries without the names of exceptions, as people read them."""

from __future__ import annotations

import re

from bot.domain.text import shorten

#: how the names end that libraries give to exceptions: ReadTimeout, SMTPServerDisconnected, gaierror
_ENDINGS = tuple(
    "Error error Exception Timeout TimedOut Disconnected Interrupt Warning Refused Reset Cancelled Migrated "
    "Iteration Exit Group".split()
)
#: a name of a program with its module, and with its arguments where these were printed
_NAME = re.compile(r"([A-Za-z_][\w.]*)(\((?:[^()]|\([^()]*\))*\))?")
_SEVERAL_WORDS = re.compile(r"[A-Z]+[a-z]+[A-Z][A-Za-z]*")
#: brackets left empty by a removed name
_EMPTY = re.compile(r"\s*(?:\(\s*\)|\[\s*\]|<\s*>)")
_EDGES = " :;,-–"
_LONGEST = 500
#: if nothing else is left
UNKNOWN = "unexpected error"


def readable(reason: str) -> str:
    """Return the reason without the names of exceptions; never empty."""
    words = _EMPTY.sub("", _NAME.sub(_without_exception, shorten(reason, _LONGEST)))
    return " ".join(words.split()).strip(_EDGES) or UNKNOWN


def _without_exception(found: re.Match[str]) -> str:
    name, arguments = found[1].rstrip(".").rpartition(".")[2], found[2]
    alone = found.string[found.start() - 1 : found.start()] + found.string[found.end() : found.end() + 1] == "()"
    if name.endswith(_ENDINGS) and (_is_compound(name) or arguments or name == "Exception"):
        return ""
    # other names are recognized as exceptions only by their form: "TooManyRedirects('…')" or in brackets
    return "" if (arguments or alone) and _SEVERAL_WORDS.fullmatch(name) else found[0]


def _is_compound(name: str) -> bool:
    """Return whether a name has more than the ending, unlike an ordinary word such as "Timeout"."""
    return (name[:1].isupper() and name not in _ENDINGS) or name == "TimedOut"
