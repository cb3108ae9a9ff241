"""A small reader of BibTeX, by its grammar: an entry, fields in braces, braces that are counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HEAD = re.compile(r"@([a-z]+)\{([a-z0-9]+),\s*")
_FIELD = re.compile(r"([A-Za-z]+)\s*=\s*\{")
_AFTER = re.compile(r"\s*(,\s*|\})")
_COMMANDS = {
    "textbraceleft": "{",
    "textbraceright": "}",
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
}
_TEX = re.compile(r"\\([a-z]+)\{\}|\\([&%$#_])|([{}])|([\\&%$#_~^])")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry."""

    kind: str
    key: str
    fields: Mapping[str, str]


def read(text: str) -> Entry:
    """Return the only entry of the text. Raise `ValueError` where it does not parse to its end."""
    head = _match(_HEAD, text, 0)
    fields: dict[str, str] = {}
    place = head.end()
    while True:
        name = _match(_FIELD, text, place)
        end = _closing(text, name.end())
        if name[1] in fields:
            raise ValueError(f"{name[1]} stands there twice")
        fields[name[1]] = text[name.end() : end]
        after = _match(_AFTER, text, end + 1)
        place = after.end()
        if after[1] == "}":
            break
    if text[place:].strip():
        raise ValueError(f"text behind the entry: {text[place:]!r}")
    return Entry(head[1], head[2], fields)


def printed(value: str) -> str:
    """Return a value as TeX prints it. Raise `ValueError` where a character that is TeX's own is not escaped."""

    def one(found: re.Match[str]) -> str:
        if found[4]:
            raise ValueError(f"{found[4]!r} is TeX's own in {value!r}")
        return _COMMANDS[found[1]] if found[1] else found[2] or ""

    return _TEX.sub(one, value)


def lowered(value: str) -> str:
    """Return a value as styles lower a title: every letter outside braces but the first."""
    depth, out = 0, ""
    for place, letter in enumerate(value):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        out += letter.lower() if place and not depth else letter
    return out


def _closing(text: str, place: int) -> int:
    depth = 1
    while depth:
        if place >= len(text):
            raise ValueError("a brace is never closed")
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        place += 1
    return place - 1


def _match(pattern: re.Pattern[str], text: str, place: int) -> re.Match[str]:
    found = pattern.match(text, place)
    if found is None:
        raise ValueError(f"not BibTeX: {text[place : place + 40]!r}")
    return found
