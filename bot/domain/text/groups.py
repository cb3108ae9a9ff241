"""Brace groups of LaTeX, resolved from the inside out; what precedes the brace decides what remains.

Includes the partly stripped forms from Hugging Face: `texttt{D}ual`, `360^{circ}`, `https://x.org{this URL}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.text.addresses import HIDDEN, link
from bot.domain.text.characters import CLOSE_BRACE, OPEN_BRACE
from bot.domain.text.math_accents import with_accent
from bot.domain.text.scripts import lowered, raised
from bot.domain.text.stripped import spelled
from bot.domain.text.symbols import (
    ABBREVIATIONS,
    BARE_SIGNS,
    COLOURS,
    DOUBLE_STRUCK,
    FUNCTIONS,
    MATH_ACCENTS,
    SIGNS,
    SILENT,
    SWITCHES,
    WRAPPERS,
)

#: maximum nesting depth
_DEPTH = 12

_PAIR = re.compile(
    r"(?:\\?([dt]?frac|href|textcolor|colorbox)|\\([dt]?binom|stackrel|overset|underset))"
    r"\s?\{([^{}]*)\}\s?\{([^{}]*)\}"
)
_GROUP = re.compile(
    rf"(\\[A-Za-z]++\*?\s?|(?<![A-Za-z0-9\\])[A-Za-z0-9]++|[\^_]|{HIDDEN})?\{{([^{{}}]*)\}}(?=([.,;:_^])?)"
)
_ENDS_IN_ADDRESS = re.compile(rf"{HIDDEN}\)?\.$")
_NAMED = re.compile(r"\\([A-Za-z]++) ?")
_OPENED = re.compile(r"(?:\\([A-Za-z]++)\*?\s?|(?:text|math)(?:bf|it|tt|sc|rm|sf|cal|bb)(?=\{))?[{}]")
_BARE_WRAPPER = re.compile(
    r"(?:text(?:bf|it|tt|sc|rm|sf|sl|normal)|math(?:cal|bb|bf|rm|it|sf|tt|frak|scr)|boldsymbol|operatorname)$"
)
#: as words of prose, the other accents are too usual
_BARE_ACCENTS = frozenset("hat widehat tilde widetilde bar overline vec dot ddot".split())
_BARE_COMMANDS = WRAPPERS | _BARE_ACCENTS | {"sqrt", "url", "href", "footnote", "textsuperscript", "textsubscript"}
_SWITCH = re.compile(
    r"\s*(?:\\(?:bf|it|em|rm|tt|sc|sf|sl|small|[a-z]{2}(?:series|shape|family))(?![A-Za-z])|(?:bf|it|em|rm|tt|sc|sf|sl)\s)\s*"
)
_LITERAL = re.compile(r"""[,;:"…⋯]|\.\.\.""")
_NAME = re.compile(r"[^\W\d_]\w*(?:\^[0-9])?|[0-9]+(?:\.[0-9]+)?")
_DENOMINATOR = re.compile(r"[0-9]|\\?(?:var)?(?:epsilon|delta|alpha|beta|lambda|sigma|eta)\b|[α-ω]")

_MAKERS: dict[str, Callable[[str], str]] = {
    "sqrt": lambda body: "√" + _operand(body),
    "textsuperscript": raised,
    "textsubscript": lowered,
    "url": lambda body: body.removesuffix("."),
    "footnote": lambda body: f" ({body.removesuffix('.')})",
    # a color name, and letters that a missing brace added to it
    "color": lambda body: body.lstrip("abcdefghijklmnopqrstuvwxyz0123456789!"),
} | dict.fromkeys(SILENT, lambda body: "")
QUIET = SWITCHES | WRAPPERS | MATH_ACCENTS.keys() | _MAKERS.keys()


def ungrouped(text: str) -> str:
    """Return the text without groups; braces that are meant literally become placeholders."""
    for _ in range(_DEPTH):
        unopened, text = text, _GROUP.sub(_closed, _PAIR.sub(_paired, text))
        if text == unopened:
            break
    return _OPENED.sub(_lost, text)


def _paired(match: re.Match[str]) -> str:
    bare, escaped, first, second = match.groups()
    name = bare or escaped
    if name == "href":
        return link(second, first)
    if name.endswith("binom"):
        return f"({first} choose {second})"
    if name in ("stackrel", "overset"):
        return second + raised(_NAMED.sub(_spoken, first))
    if name == "underset":
        return second + lowered(_NAMED.sub(_spoken, first))
    return f"{_operand(first)}/{_operand(second)}" if "frac" in name else second


def _closed(match: re.Match[str]) -> str:
    head, body, after = match.groups(default="")
    if after == "." or (after and _ENDS_IN_ADDRESS.search(body)):
        body = body.removesuffix(".")
    if not head:
        return OPEN_BRACE + body + CLOSE_BRACE if after and after in "_^" and "_" in body else _group(body)
    if head in "^_":
        spoken = _NAMED.sub(_spoken, body)
        return raised(spoken) if head == "^" else lowered(spoken)
    if head[0] == "\\":
        return _command(head.strip("\\* "), body)
    return link(body, head) if not head.isascii() else _word_before(head, body, match)


def _spoken(macro: re.Match[str]) -> str:
    return "" if macro[1] in QUIET else said(macro[1])


def _word_before(word: str, body: str, match: re.Match[str]) -> str:
    """Resolve a group after a word: a macro without backslash, a fraction without its name, or a plain group."""
    if word in _BARE_COMMANDS:
        return _command(word, body)
    if word.removeprefix("my").removeprefix("dark") in COLOURS:
        return body
    if glued := _BARE_WRAPPER.search(word):
        return word[: glued.start()] + body
    if len(word) == 1 and _stands_alone(match) and _DENOMINATOR.search(body):
        return f"{word}/{_operand(spelled(body))}"
    return word + _group(body)


def _stands_alone(match: re.Match[str]) -> bool:
    """Return whether group and preceding character are a separate term, not part of a word such as `Re{N}et`."""
    behind = match.string[match.end() : match.end() + 5]
    return not before(match).strip(" (-+=<>") and (not behind[:1].isalnum() or behind == "right")


def _group(body: str) -> str:
    """Resolve a plain group. Braces around a list are meant literally: `{0, 1}`."""
    body = _SWITCH.sub("", body, count=1) if (switched := _SWITCH.match(body)) else body
    name = body.strip()
    if name in BARE_SIGNS or (name[:1] == "\\" and name[1:] in SIGNS):
        return SIGNS[name.removeprefix("\\")]
    return OPEN_BRACE + body + CLOSE_BRACE if _LITERAL.search(body) and not switched else body


def _command(name: str, body: str) -> str:
    """Return the text for a macro with one argument."""
    if name == "mathbb":
        return DOUBLE_STRUCK.get(body.strip(), body)
    if name in WRAPPERS:
        return body
    if name in MATH_ACCENTS:
        return with_accent(name, body)
    if maker := _MAKERS.get(name):
        return maker(body)
    if name in SWITCHES:
        return _group(body)
    if name in FUNCTIONS:
        return f"{name} {body}"
    return said(name) + _group(body) if name in SIGNS or name in ABBREVIATIONS else body or name


def _operand(maths: str) -> str:
    maths = maths.strip()
    return maths if len(maths) == 1 or maths.isalnum() or _NAME.fullmatch(maths) else f"({maths})"


def _lost(match: re.Match[str]) -> str:
    """Remove an unmatched brace, and the macro before it unless that stands for text."""
    name = match[1]
    if not name or name in QUIET:
        return " " if name == "footnote" else ""
    return said(name) + " "


def said(name: str) -> str:
    """Return the text for a macro without arguments; an unknown macro becomes its name."""
    return SIGNS.get(name) or ABBREVIATIONS.get(name, name)


def before(match: re.Match[str]) -> str:
    """Return the character before a match, or "" at the start."""
    return match.string[match.start() - 1] if match.start() else ""
