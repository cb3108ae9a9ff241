"""Escape text for Discord's Markdown, so that nothing in it mentions, formats, links, or hides anything."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from bot.domain.text import plain

#: characters that a backslash makes literal
_MARKS = re.compile(r"[\\*_~`|<>\[\]@]")
#: markers of headings, subtext, lists and quotations at the start of a line. Only blanks of the same line are matched
#: before them: a pattern that matched newlines would take quadratic time on empty lines
_BEGINS = re.compile(r"^([^\S\n]*)([#+>-]|\d+(?=[.)]\s))", re.MULTILINE)
#: ":name:" becomes an emoji, "scheme://" a link
_EMOJI = re.compile(r":(?=[A-Za-z0-9_+~\\-]{1,64}:)")
_SCHEME = re.compile(r"://")
#: combining marks, piled up to cover neighbouring lines ("Zalgo" text)
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED = re.compile(f"({_MARK}{{2}}){_MARK}+")
#: characters of a URL that need no percent-encoding inside a link's parentheses
_SAFE = "/:?#&=+,;@!$%~.-_"


#: size of the cache of escaped texts: a page is measured in several forms and shown to many chats
_REMEMBERED = 4096


@lru_cache(_REMEMBERED)
def escaped(text: str) -> str:
    """Escape text so that it is shown literally. Line breaks are kept."""
    lines = "\n".join(legible(line) for line in text.splitlines())
    marked = _EMOJI.sub(r"\\:", _MARKS.sub(r"\\\g<0>", lines))
    return _BEGINS.sub(_quietly, _SCHEME.sub(r":\\//", marked))


def legible(text: str) -> str:
    """Return one line without invisible, bidirectional or piled-up characters, for labels, choices and thread
    titles.
    """
    return _PILED.sub(r"\1", plain(text))


def _quietly(found: re.Match[str]) -> str:
    """Escape the marker of a line: for a numbered list, the point behind the number."""
    if found[2].isdecimal():
        return f"{found[1]}{found[2]}\\"
    return f"{found[1]}\\{found[2]}"


@lru_cache(_REMEMBERED)
def link(label: str, url: str) -> str:
    """Return a Markdown link; only the label if `url` is not a web address."""
    # some clients end the label at a bracket even if it is escaped
    words = escaped(label.replace("[", "(").replace("]", ")"))
    target = address(url)
    return f"[{words}]({target})" if target and words else words


def address(url: str) -> str:
    """Return the URL with all unsafe characters percent-encoded; empty if it is not a web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(url, safe=_SAFE)


def verbatim(text: str) -> str:
    """Return a code block that shows the text literally."""
    kept = "\n".join(plain(line) if line.strip() else "" for line in text.replace("```", "'''").splitlines())
    return f"```\n{kept}\n```"
