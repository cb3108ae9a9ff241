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
#: ASCII with blanks for everything that is not a letter or digit
_BLANKED = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
#: longest word in characters; longer ones are left out of the index
LONGEST = 39


def normalized(text: str) -> str:
    """Return the text in lower case, without accents, with Greek letters by name: "TNF-α" equals "tnf alpha"."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    if not bare.isascii():
        accents = {ord(letter): None for letter in set(bare) if unicodedata.combining(letter)}
        bare = bare.translate(accents) if accents else bare
    return bare.translate(_LETTERS)


def words(text: str) -> list[str]:
    """Return the words of a normalized text, split at everything that is not a letter or digit."""
    if text.isascii():
        # three times as fast as the pattern
        return text.encode("ascii").translate(_BLANKED).decode("ascii").split()
    return _WORD.findall(text)


def pieces(text: str) -> list[str]:
    """Return the normalized words of a text that are not too long, split at hyphens too."""
    return [word for word in words(normalized(text)) if len(word) <= LONGEST]
