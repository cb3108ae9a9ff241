"""Pure: text as the index sees it, so that what is written differently and means the same is the same."""

from __future__ import annotations

import re
import unicodedata

_GREEK = {
    chr(code): f" {unicodedata.name(chr(code)).split()[3].lower()} "
    for code in range(0x3B1, 0x3CA)
    if unicodedata.name(chr(code)).startswith("GREEK SMALL LETTER ") and chr(code) != "ς"
}
#: "µ" (micro) is not "μ" to Unicode, "ℓ" not "l"
_LETTERS = str.maketrans(_GREEK | {"ς": " sigma ", "µ": " mu ", "ℓ": "l", "\0": " "})
_WORD = re.compile(r"[^\W_]+")
#: no word of a paper is that long; the index leaves longer ones out
LONGEST = 39


def normalized(text: str) -> str:
    """The text in lower case and without accents, Greek letters as their names: "TNF-α" and "tnf alpha" are one."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).translate(_LETTERS)


def pieces(text: str) -> list[str]:
    """The folded words of a text, cut at hyphens and at whatever else is neither letter nor digit."""
    return [word for word in _WORD.findall(normalized(text)) if len(word) <= LONGEST]
