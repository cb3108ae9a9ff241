"""Quotes, dashes, ties, tags and emphasis of TeX, HTML and Markdown, converted to typography or removed."""

from __future__ import annotations

import re

# a tie between words; as the sign for "about" it precedes a number, after a blank, bracket or number
_TIE = re.compile(
    r"(?<=[^\s(\[~≈=<>])~(?![0-9.+$]|\s)|(?<=[A-Za-zα-ω])(?<![0-9][A-Za-z])~(?=[0-9])|(?<=[A-Za-z]\.)~|(?<=[^\s0-9])~(?=\s)"
)
_DASHES = re.compile(r"(?<![-<!])(-{2,})(?![->])")
_QUOTE = re.compile(r"``|''|\"")
_SINGLE = re.compile(r"(?<![\w`])`(?=[^\s`])((?:[^`']|'(?=[A-Za-z])){1,200}?)(?<=\S)'(?![\w'])")
_BOLD = re.compile(r"(?<![*\\])\*\*([^*\s](?:[^*]{0,200}[^*\s])?)\*\*(?!\*)")
_PAIRED_TAG = re.compile(r"<(i|b|em|strong|tt|u|sub|sup|small)>([^<>]{0,300})</\1>", re.IGNORECASE)
_LONE_TAG = re.compile(r"</?(?:span|p|br|div|font)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
# the percent sign of a TeX comment between two sentences
_COMMENT = re.compile(r"(?<=[.,;:)] )%\s?(?=[A-Za-z,])")


def typeset(text: str) -> str:
    """Return the text with typographic marks."""
    if "~" in text:
        text = _TIE.sub(" ", text)
    if "``" in text or "''" in text:
        text = _quoted(text)
    if "`" in text:
        text = _SINGLE.sub(r"‘\1’", text)
    if "--" in text:
        text = _DASHES.sub(_dash, text)
    if "**" in text:
        text = _BOLD.sub(r"\1", text)
    return _COMMENT.sub("", text) if " %" in text else text


def untagged(text: str) -> str:
    """Return the text without HTML tags; `<think>` and `<person, action>` are the authors' own text."""
    if "</" not in text and "/>" not in text and "<p>" not in text and "<br>" not in text:
        return text
    return _LONE_TAG.sub(" ", _PAIRED_TAG.sub(_untagged, text))


def _untagged(match: re.Match[str]) -> str:
    tag, words = match[1].lower(), match[2]
    mark = {"sup": "^", "sub": "_"}.get(tag)
    return f"{mark}{{{words}}}" if mark else words


def _dash(match: re.Match[str]) -> str:
    following = match.string[match.end() : match.end() + 1]
    before = match.string[match.start() - 1] if match.start() else " "
    if match[1] == "--" and following.islower() and before in " `(":
        return "--"
    return "–" if match[1] == "--" else "—"


def _quoted(text: str) -> str:
    """Convert TeX quotes, and straight quotes that TeX closes, in pairs; straight pairs are left unchanged."""
    parts: list[str] = []
    position, opened = 0, -1
    for match in _QUOTE.finditer(text):
        parts += text[position : match.start()], match[0]
        position = match.end()
        opened = _pair(parts, opened, match)
    return "".join(parts) + text[position:]


def _pair(parts: list[str], opened: int, match: re.Match[str]) -> int:
    """Convert the last quote read. Return the position of the quote that is open now, or -1."""
    here, mark = len(parts) - 1, match[0]
    opener = parts[opened] if opened >= 0 else ""
    closes = bool(opener) and (mark != "``" or not match.string[match.end() : match.end() + 1].isalnum())
    if not closes:
        before = match.string[match.start() - 1] if match.start() else " "
        if mark == "''" and not (before.isspace() or before in "([-–—"):
            parts[here] = "”"
            return -1
        parts[here] = mark if mark == '"' else "“"
        return here
    if opener != mark or mark != '"':
        parts[opened], parts[here] = "“", "”"
    return -1
