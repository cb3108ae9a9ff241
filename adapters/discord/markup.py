"""Pure: text from outside as Discord's markdown, in which nothing mentions, formats, links, times or hides."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from bot.text import plain

#: a backslash in front of any of these makes it a character like others
_MARKS = re.compile(r"[\\*_~`|<>\[\]@]")
#: what begins a heading, a small line, a list or a quotation where a line begins; the blanks before it are of that line
#: only, as a pattern that takes newlines looks through all later empty lines from each of them
_BEGINS = re.compile(r"^([^\S\n]*)([#+>-]|\d+(?=[.)]\s))", re.MULTILINE)
#: ":name:" is a picture; "scheme://" is a link by itself
_EMOJI = re.compile(r":(?=[A-Za-z0-9_+~\\-]{1,64}:)")
_SCHEME = re.compile(r"://")
#: marks piled upon a letter until they cover the lines around it
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED = re.compile(f"({_MARK}{{2}}){_MARK}+")
#: everything that an address in brackets may hold without ending it
_SAFE = "/:?#&=+,;@!$%~.-_"


#: texts that are kept as they were escaped: the same page is measured in several forms, and shown to many
_REMEMBERED = 4096


@lru_cache(_REMEMBERED)
def escaped(text: str) -> str:
    """The text, to be read as it stands. Lines are kept."""
    lines = "\n".join(legible(line) for line in text.splitlines())
    marked = _EMOJI.sub(r"\\:", _MARKS.sub(r"\\\g<0>", lines))
    return _BEGINS.sub(_quietly, _SCHEME.sub(r":\\//", marked))


def legible(text: str) -> str:
    """One line in which nothing is invisible, turned round or piled up: a label, a choice, a title of a thread."""
    return _PILED.sub(r"\1", plain(text))


def _quietly(found: re.Match[str]) -> str:
    """A number keeps its digits: it is the point behind it that makes a list."""
    if found[2].isdecimal():
        return f"{found[1]}{found[2]}\\"
    return f"{found[1]}\\{found[2]}"


@lru_cache(_REMEMBERED)
def link(label: str, url: str) -> str:
    """A label that leads somewhere; the label alone where the address is none of the web."""
    # brackets in a label end it on some clients, whatever stands in front of them
    words = escaped(label.replace("[", "(").replace("]", ")"))
    target = address(url)
    return f"[{words}]({target})" if target and words else words


def address(url: str) -> str:
    """The address with everything percent-encoded that could end it; empty where it is none of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(url, safe=_SAFE)


def verbatim(text: str) -> str:
    """A block that shows every character as it is."""
    kept = "\n".join(plain(line) if line.strip() else "" for line in text.replace("```", "'''").splitlines())
    return f"```\n{kept}\n```"
