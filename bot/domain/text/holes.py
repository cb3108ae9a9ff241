"""Detect missing names: "we propose , a simple detector"."""

from __future__ import annotations

import re

#: words that cannot directly precede a punctuation mark
_OPEN = "|".join(
    """
    propose proposes proposed present presents introduce introduces develop develops release releases build builds
    call called name named term termed dubbed denoted namely
    a an the our this these of with from by using via than between into onto
""".split()
)
# a missing word leaves a blank before the punctuation mark, which nobody types
_HOLE = re.compile(rf"(?<![\w/.-])(?:{_OPEN}) (?:[,.;](?=\s|$)|\(\s?\))", re.IGNORECASE)


def has_hole(text: str) -> bool:
    """Return whether a cleaned text lacks a word."""
    return bool(_HOLE.search(text))
