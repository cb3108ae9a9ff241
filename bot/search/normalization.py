"""Pure: text normalization (Unicode NFKD, case, accents, Greek letters) and the word tokenizer."""

from __future__ import annotations

import re
import unicodedata

_GREEK = {
    chr(code): f" {unicodedata.name(chr(code)).split()[3].lower()} "
    for code in range(0x3B1, 0x3CA)
    if unicodedata.name(chr(code)).startswith("GREEK SMALL LETTER ") and chr(code) != "ς"
}
#: U+00B5 (micro sign) is not mapped to Greek mu by Unicode, nor U+2113 (script l) to "l"
_LETTERS = str.maketrans(_GREEK | {"ς": " sigma ", "µ": " mu ", "ℓ": "l", "\0": " "})
_WORD = re.compile(r"[^\W_]+")
#: longest word in characters; longer ones are left out of the index
LONGEST = 39


def normalized(text: str) -> str:
    """Return the text in lower case, without accents, with Greek letters by name: "TNF-α" equals "tnf alpha"."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).translate(_LETTERS)


def pieces(text: str) -> list[str]:
    """Return the normalized words of a text, split at everything that is not a letter or digit, hyphens included."""
    return [word for word in _WORD.findall(normalized(text)) if len(word) <= LONGEST]
