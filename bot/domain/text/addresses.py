"""URLs and mail addresses: protected while the surrounding text is cleaned, then separated from adjacent words."""

from __future__ import annotations

import re

#: one private-use character stands for one address
HIDDEN = "[\U000f0000-\U000ff000]"
_FIRST, _LAST = 0xF0000, 0xFF000

_URL = re.compile(r"""(?:https?://|(?<![\w.-])www\.)(?:[^\s{}\[\]<>"\\^`|]|\\[_%&#~-]|\\allowbreak\s?)++""")
_DOMAIN = re.compile(r"""(?<![\w.@/-])(?:[\w-]++\.)++[a-z]{2,10}/(?:[^\s{}\[\]<>"\\^`|]|\\[_%&#~-])*+""")
_MAILBOX = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_ESCAPE = re.compile(r"\\allowbreak\s?|\\-|\\(?=[_%&#~])")
_TWICE = re.compile(rf"({HIDDEN})(?:\s*\1)+")
_MARKDOWN = re.compile(rf"\[([^\[\]]{{0,300}})\]\(({HIDDEN})\)")
_ANCHOR = re.compile(rf"""<a\s[^<>]{{0,200}}?({HIDDEN})[^<>]{{0,200}}>([^<>]{{0,300}})</a>""")
_NO_WORDS = re.compile(r"(?:this|the)?\s*(?:https?|url)?\s*(?:url|link)?", re.IGNORECASE)
_GLUED = re.compile(rf"(?<=[^\W_])(?={HIDDEN})|(?<={HIDDEN})(?=[^\W_])")
_TIED = re.compile(rf"~(?={HIDDEN})")
# a footnote whose macro was removed is glued to the previous word
_FOOTNOTE = re.compile(rf"(?<=[a-z])Available (?=(?:at|on|from):? {HIDDEN})")
_FOOTNOTES = re.compile(r"(?<=[a-z])(?=(?:Datasets are|Our (?:code|data|models?)) )")


class Addresses:
    """The addresses of one text, each replaced by a placeholder character."""

    __slots__ = ("_found", "_ordinals")

    def __init__(self) -> None:
        self._found: list[str] = []
        self._ordinals: dict[str, int] = {}

    def hide(self, text: str) -> str:
        """Return the text with each address replaced by its character; equal addresses share one."""
        if "://" in text or "www." in text:
            text = _URL.sub(self._hide, text)
        if "/" in text:
            text = _DOMAIN.sub(self._hide, text)
        return _MAILBOX.sub(self._hide, text) if "@" in text else text

    def show(self, text: str) -> str:
        """Return the text with its addresses restored."""
        if not self._found:
            return text
        return re.sub(HIDDEN, lambda match: self._found[ord(match[0]) - _FIRST], _GLUED.sub(" ", text))

    def _hide(self, match: re.Match[str]) -> str:
        address, rest = _trimmed(_ESCAPE.sub("", match[0]))
        key = address.removeprefix("https://").removeprefix("http://").rstrip("/")
        ordinal = self._ordinals.setdefault(key, len(self._found))
        if ordinal > _LAST - _FIRST:
            return match[0]
        if ordinal == len(self._found):
            self._found.append(address)
        return chr(_FIRST + ordinal) + rest


def _trimmed(address: str) -> tuple[str, str]:
    """Split off the punctuation of the surrounding sentence."""
    end, surplus = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in ".,;:!?'’”*" or (address[end - 1] == ")" and surplus > 0)):
        surplus -= address[end - 1] == ")"
        end -= 1
    return address[:end], address[end:]


def link(words: str, address: str) -> str:
    """Return link text and address: `project page (https://...)`."""
    words = words.strip()
    bare, dot = (words[:-1], ".") if words.endswith(".") else (words, "")
    if _NO_WORDS.fullmatch(bare.replace(address, "").strip()):
        return address + dot
    return words if address in words else f"{bare} ({address}){dot}"


def unlinked(text: str) -> str:
    """Resolve Markdown links, HTML anchors, duplicate addresses and glued footnotes."""
    if text.isascii():
        return text
    if "](" in text:
        text = _MARKDOWN.sub(lambda match: link(match[1], match[2]), text)
    if "</a>" in text:
        text = _ANCHOR.sub(lambda match: link(match[2], match[1]), text)
    if "Available " in text:
        text = _FOOTNOTE.sub(", available ", text)
    text = _FOOTNOTES.sub(". ", text)
    return _TWICE.sub(r"\1", _TIED.sub(" ", text))
