"""LaTeX to Unicode: dollars, escapes, groups from the innermost outwards, then the macros that are left."""

from __future__ import annotations

import re
from unicodedata import normalize

from bot.text.accents import accented
from bot.text.addresses import HIDDEN, link
from bot.text.characters import CLOSE_BRACE, DOLLAR, OPEN_BRACE
from bot.text.scripts import lowered, raised, unbraced
from bot.text.symbols import ABBREVIATIONS, DOUBLE_STRUCK, FUNCTIONS, GAPS, HATS, SIGNS, SILENT, SWITCHES, WRAPPERS

#: groups nested deeper than this are somebody's joke
_DEPTH = 12

_ESCAPE = re.compile(r"\\([^A-Za-z])")
_ESCAPED = {"\\": " ", ",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "@": "", "|": "‖"}
_ESCAPED |= dict.fromkeys("()[]", "")
# Hugging Face took the dollar out of `\$1 million`; `\3)` is the number of a list
_LOST_DOLLAR = re.compile(r"\\(?=[0-9]++(?!\)))")

_PAIR = re.compile(r"\\?([dt]?frac|href|textcolor|colorbox)\s?\{([^{}]*)\}\s?\{([^{}]*)\}")
_GROUP = re.compile(
    rf"(\\[A-Za-z]++\*?\s?|(?<![A-Za-z0-9\\])[A-Za-z0-9]++|[\^_]|{HIDDEN})?\{{([^{{}}]*)\}}(?=([.,;:])?)"
)
_OPENED = re.compile(r"(?:\\([A-Za-z]++)\*?)?\s?[{}]")
_MACRO = re.compile(r"\\([A-Za-z]++)\*?( ?)")

_BARE_WRAPPER = re.compile(r"(?:text(?:bf|it|tt|sc|rm|sf|sl|normal)|math(?:cal|bb|bf|rm|it|sf|tt|frak|scr)|boldsymbol|operatorname)$")
_BARE_COMMANDS = WRAPPERS | HATS.keys() | {"sqrt", "url", "href", "footnote", "textsuperscript", "textsubscript"}
_SWITCH = re.compile(r"\s*(?:\\(?:bf|it|em|rm|tt|sc|sf|sl|small|[a-z]{2}(?:series|shape|family))(?![A-Za-z])|(?:bf|it|em|rm|tt|sc|sf|sl)\s)\s*")
_LITERAL = re.compile(r"""[,;:"…⋯]|\.\.\.""")
_MATHS = re.compile(r"[\\^_{}=<>|+/]|[^\x00-\x7f]")
_DENOMINATOR = re.compile(r"[0-9]|\\?(?:var)?(?:epsilon|delta|alpha|beta|lambda|sigma|eta)\b|[α-ω]")


def unlatexed(text: str) -> str:
    """The text with its LaTeX, whole or half removed, as Unicode. Amounts of money keep their dollar."""
    if "$" in text:
        text = _without_delimiters(text)
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, accented(_LOST_DOLLAR.sub(DOLLAR, text)))
    if "{" in text or "}" in text:
        text = _ungrouped(text)
    if "\\" in text:
        text = _MACRO.sub(_macro, text).replace("\\", "")
    return unbraced(text)


def _without_delimiters(text: str) -> str:
    """Drop the dollars around mathematics. One that encloses nothing of the kind is money, or a typing error."""
    pieces = text.replace(r"\$", DOLLAR).split("$")
    kept, i = [pieces[0]], 1
    while i < len(pieces):
        if i + 1 < len(pieces) and _is_maths(pieces[i], pieces[i + 1][:1]):
            kept += pieces[i : i + 2]
            i += 2
        else:
            kept += "$", pieces[i]
            i += 1
    return _STRAY_DOLLAR.sub("", "".join(kept))


def _is_maths(between: str, after: str) -> bool:
    """Whether two dollars with this between and behind them are delimiters: `$x^2$`, but not `$5 to $10`."""
    if not 0 < len(between) <= _LONGEST_FORMULA or between != between.strip() or after.isdigit():
        return False
    if between[0].isdigit():
        return "\\" in between or not _WORD_BEHIND.search(between)
    return bool(_MATHS.search(between)) or len(between.split()) <= 2  # noqa: PLR2004


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[1])


def _ungrouped(text: str) -> str:
    for _ in range(_DEPTH):
        before = text
        text = _GROUP.sub(_closed, _PAIR.sub(_paired, text))
        if text == before:
            break
    return _OPENED.sub(_lost, text)


def _paired(match: re.Match[str]) -> str:
    name, first, second = match.groups()
    if name == "href":
        return link(second, first)
    return f"{_operand(first)}/{_operand(second)}" if "frac" in name else second


def _closed(match: re.Match[str]) -> str:
    head, body, after = match.groups(default="")
    if after:
        body = body.removesuffix(".")
    if not head:
        return _group(body)
    if head in "^_":
        return raised(body) if head == "^" else lowered(body)
    if head[0] == "\\":
        return _command(head.strip("\\* "), body)
    return link(body, head) if not head.isascii() else _word_before(head, body, match)


def _word_before(word: str, body: str, match: re.Match[str]) -> str:
    """A group behind a word: a macro without its backslash, a fraction without its name, or just a group."""
    if word in _BARE_COMMANDS:
        return _command(word, body)
    if glued := _BARE_WRAPPER.search(word):
        return word[: glued.start()] + body
    if len(word) == 1 and _stands_alone(match) and _DENOMINATOR.search(body):
        return f"{word}/{_operand(body)}"
    return word + _group(body)


def _stands_alone(match: re.Match[str]) -> bool:
    return not (match.string[: match.start()][-1:].strip(" (") or match.string[match.end() :][:1].isalnum())


def _group(body: str) -> str:
    """A group that only groups. Braces that list something are meant to be seen: `{0, 1}`."""
    body = _SWITCH.sub("", body, count=1) if (switched := _SWITCH.match(body)) else body
    sign = body.strip().removeprefix("\\")
    if sign in SIGNS:
        return SIGNS[sign]
    return OPEN_BRACE + body + CLOSE_BRACE if _LITERAL.search(body) and not switched else body


def _command(name: str, body: str) -> str:
    """What a macro with one argument leaves to be read."""
    if name == "mathbb":
        return DOUBLE_STRUCK.get(body.strip(), body)
    if name in WRAPPERS:
        return body
    if name in HATS:
        return normalize("NFC", body + HATS[name]) if len(body) == 1 else body
    if maker := _MAKERS.get(name):
        return maker(body)
    return _unargued(name) + _group(body) if name in _SPOKEN else body or name


def _unargued(name: str) -> str:
    return SIGNS.get(name) or ABBREVIATIONS.get(name) or (name + " " if name in FUNCTIONS else "")


def _operand(maths: str) -> str:
    maths = maths.strip()
    return maths if len(maths) == 1 or maths.isalnum() or _NAME.fullmatch(maths) else f"({maths})"


def _macro(match: re.Match[str]) -> str:
    name, blank = match.groups()
    if name in GAPS:
        return " "
    if name in SWITCHES or name in WRAPPERS or name in SILENT:
        return ""
    if name in FUNCTIONS:
        return (" " if match.string[: match.start()][-1:].isalnum() else "") + name + blank
    sign = SIGNS.get(name) or ABBREVIATIONS.get(name, name)
    return sign + blank


def _lost(match: re.Match[str]) -> str:
    """A brace whose partner is missing goes, and the macro before it as well unless it says something."""
    name = match[1]
    return _macro_alone(name) if name else ""
