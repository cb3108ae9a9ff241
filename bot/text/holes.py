"""Names that a source lost on the way: "we propose , a simple detector"."""

from __future__ import annotations

import re

#: words that something must follow before a mark may stand
_OPEN = "|".join(
    """
    propose proposes proposed present presents introduce introduces develop develops release releases build builds
    call called name named term termed dubbed denoted namely
    a an the our this these of with from by using via than between into onto
""".split()
)
# a word that was there and is gone leaves the blanks around it: one before the mark, which nobody types
_HOLE = re.compile(rf"(?<![\w/.-])(?:{_OPEN}) (?:[,.;](?=\s|$)|\(\s?\))", re.IGNORECASE)


def has_hole(text: str) -> bool:
    """Whether a cleaned text lacks a word that must have been there."""
    return bool(_HOLE.search(text))
