"""Map commands to URLs of the site. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode

_WINDOWS = frozenset({"day", "week", "month"})
_SORTS = frozenset({"trending", "votes", "new", "rising"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: commands about one paper
_ABOUT_A_PAPER = frozenset({"paper", "why", "similar", "bibtex", "save", "unsave", "vote"})
#: pages below a paper's page
_OF_A_PAPER = frozenset({"why", "similar", "bibtex"})


def address(command: str) -> str:
    """Return the URL of the answer to a command; of the chat, with the command filled in, if it has no page of its
    own.

    >>> address("trending week 2026-04-24 agents")
    '/week?day=2026-04-24&q=agents'
    """
    name, _, argument = command.partition(" ")
    match name:
        case "trending":
            return _list(argument)
        case "papers":
            return f"/search?{_encoded({'q': argument})}"
        case "paper":
            return f"/papers/{_quoted(argument)}"
        case "digest":
            return f"/digests/{_quoted(argument)}"
        case "help" | "privacy" if not argument:
            return f"/{name}"
        case _ if name in _OF_A_PAPER:
            return f"/papers/{_quoted(argument)}/{name}"
        case _:
            return f"/chat?{_encoded({'say': f'/{command}'})}"


def hinted(line: str) -> str:
    """Return the URL of a command that a page names: "/why 3" counts in a list of the chat."""
    command = line.removeprefix("/")
    return f"/chat?{_encoded({'say': line})}" if counts_in_a_list(line) else address(command)


def counts_in_a_list(line: str) -> bool:
    """Whether a command names a paper by its number in the last list, such as "/why 3"."""
    name, _, argument = line.removeprefix("/").partition(" ")
    return name in _ABOUT_A_PAPER and argument.partition(" ")[0].isdecimal()


def readable(command: str) -> bool:
    """Whether the answer has a page of its own, outside of the chat."""
    return not address(command).startswith("/chat?")


def listed(window: str, day: str, sort: str, words: str) -> str:
    """Return the arguments of /trending for a list."""
    return " ".join(part for part in (window, day, sort, words) if part)


def with_parameter(url: str, name: str, value: str) -> str:
    """Return a URL of the site with one more parameter; unchanged if the value is empty."""
    return f"{url}{'&' if '?' in url else '?'}{_encoded({name: value})}" if value else url


def local_target(url: str, *, without: str) -> str:
    """Return a URL of this site to redirect to, without one of its parameters; "/" if it leads to another site."""
    path, _, query = url.partition("#")[0].partition("?")
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not url.isascii() or not url.isprintable():
        return "/"
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != without]
    return f"{path}?{urlencode(kept)}" if kept else path


def _list(argument: str) -> str:
    words, window, chosen = argument.split(), "day", dict[str, str]()
    while words:
        if words[0] in _WINDOWS:
            window = words[0]
        elif words[0] in _SORTS:
            chosen["sort"] = words[0]
        elif _DAY.fullmatch(words[0]):
            chosen["day"] = words[0]
        else:
            break
        words = words[1:]
    if words:
        chosen["q"] = " ".join(words)
    path = "/" if window == "day" else f"/{window}"
    return f"{path}?{_encoded(chosen)}" if chosen else path


def _quoted(text: str) -> str:
    return quote(text, errors="replace")


def _encoded(fields: dict[str, str]) -> str:
    return urlencode(fields, errors="replace")
