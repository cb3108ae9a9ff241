"""Invisible characters, Unicode normalization and HTML entities."""

from __future__ import annotations

import re
from html.entities import html5
from unicodedata import combining, normalize

#: placeholders during cleaning; private-use characters, which are removed from the input
OPEN_BRACE, CLOSE_BRACE, DOLLAR = "\ue000", "\ue001", "\ue002"

# Control characters other than white space, bidi marks and overrides, zero-width characters, soft hyphen, lone
# surrogates, private use, tags. They hide or reverse text, or cannot be sent.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e"
    "\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U000e0000-\U0010ffff]"
)
# Normalization sorts the accents of a letter in quadratic time. No language has as many on one letter (Unicode's own
# limit, UAX #15, is 30).
_MOST_ACCENTS = 30
_MAYBE_ACCENTS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_ACCENTS + 1},}}")
# The joiner combines emoji ("a family") and is meaningless elsewhere.
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
_LOOSE_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")
# Bold, script and double-struck letters, and the ligatures of old PDFs.
_DRESSED = re.compile("[\ufb00-\ufb06\U0001d400-\U0001d7ff]")
_SET_ASIDE = {ord(OPEN_BRACE): "{", ord(CLOSE_BRACE): "}", ord(DOLLAR): "$"}
_ENTITY = re.compile(r"&(?:amp;)*(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));")


def seen(text: str) -> str:
    """Remove invisible characters, compose accents (NFC), collapse white space and strip the ends."""
    if not text.isascii() or not text.isprintable():
        text = normalize("NFC", _MAYBE_ACCENTS.sub(_fewer_accents, _LOOSE_JOINER.sub("", _UNSEEN.sub("", text))))
    return " ".join(text.split())


def _fewer_accents(run: re.Match[str]) -> str:
    """Return a run of characters with the accents on each letter limited."""
    kept: list[str] = []
    accents = 0
    for sign in run[0]:
        accents = accents + 1 if combining(sign) else 0
        if accents <= _MOST_ACCENTS:
            kept.append(sign)
    return "".join(kept)


def undressed(text: str) -> str:
    """Replace mathematical letters and ligatures by plain letters."""
    return text if text.isascii() else _DRESSED.sub(lambda match: normalize("NFKC", match[0]), text)


def without_entities(text: str) -> str:
    """Replace HTML entities that end in a semicolon; `R&D;` and URL parameters are left unchanged."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    if name:
        return html5.get(f"{name};", entity[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code <= 0x10FFFF else ""


def revealed(text: str) -> str:
    """Restore the braces and dollars behind placeholders."""
    if OPEN_BRACE in text or CLOSE_BRACE in text or DOLLAR in text:
        return text.translate(_SET_ASIDE)
    return text
