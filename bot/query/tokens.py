"""A typed line as tokens: words, quoted phrases, and the names of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

#: letters that are read; no question is that long, and what is pasted says in its beginning what it is about
LONGEST_TEXT = 2_000

#: what a field may be called, and what it is
FIELDS = (
    dict.fromkeys(("author", "authors", "au", "by"), "author")
    | dict.fromkeys(("org", "organization", "organisation", "affiliation"), "org")
    | dict.fromkeys(("cat", "category", "categories"), "cat")
    | dict.fromkeys(("after", "since", "from"), "after")
    | {"before": "before", "until": "until", "till": "until"}
    | dict.fromkeys(("date", "year", "month", "day", "during"), "date")
    | dict.fromkeys(("has", "with"), "has")
    | dict.fromkeys(("votes", "upvotes", "likes", "min_votes"), "votes")
    | dict.fromkeys(("sort", "order", "sortby"), "sort")
    | dict.fromkeys(("top", "limit", "count"), "top")
    | dict.fromkeys(("strict", "exact"), "strict")
    | dict.fromkeys(("word", "words"), "word")
)

_DOUBLE = dict.fromkeys(map(ord, "“”„‟«»＂〝〞〟「」『』″"), '"')
_SINGLE = dict.fromkeys(map(ord, "‘’‚‛‹›`´′"), "'")
_SAME = str.maketrans({**_DOUBLE, **_SINGLE, ord("："): ":"})
_IN_SINGLE_QUOTES = re.compile(r"(?<![^\s(\[:-])'([^'\s][^']*)'(?![^\s)\].,;:?!])")
_BLANK_BEFORE_BOUND = re.compile(r"(?<![^\s-])(votes|upvotes|likes)(:?)\s*([<>=≥≤]{1,2})\s*(?=[0-9])", re.IGNORECASE)
_BLANK_BEFORE_NUMBER = re.compile(r"(?<![^\s-])((?:top|limit|count|votes|upvotes|likes):)\s+(?=[-0-9])", re.IGNORECASE)
_CHUNK = re.compile(r'([^\s"]*)"([^"]*)"|[^\s"]+')
#: what may stand before quotes, or before a word: brackets, one minus, a field
_FIELD = "|".join(sorted(FIELDS, key=len, reverse=True))
_LEAD = re.compile(rf"^[(\[{{]*([-−–]*)(?:({_FIELD})(?::(?!//)|(?=[<>=≥≤])))?(.*)$", re.IGNORECASE | re.DOTALL)
#: what stands around a word and is not part of it; a "+" or "#" at the end is (C++, F#)
_AROUND = "\"'()[]{}<>,.;:!?/\\|`*…"
_BEFORE = f"{_AROUND}-−–—"
_CLOSING = re.compile(r"(?:[,;?!:]|(?<!^\w)\.)[)\]]*$|^[-−–—|/&,.;:?!]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of the line between blanks; the name of a field is a token, its value the next one."""

    typed: str
    #: folded, without the marks around it; several words where it was quoted, none where there were only marks
    word: str = ""
    #: one of the values of FIELDS
    field: str = ""
    #: stands directly behind its field
    value: bool = False
    quoted: bool = False
    #: behind a minus
    refused: bool = False
    #: a sentence or a part of one ends here
    closes: bool = False

    @property
    def plain(self) -> bool:
        """Whether it may be a word of an English sentence."""
        return bool(self.word) and not (self.field or self.value or self.quoted or self.refused)


def tokens(line: str) -> list[Token]:
    """The tokens of a clean line (`bot.text.plain`)."""
    line = line.translate(_SAME).replace("''", '"')
    line = _BLANK_BEFORE_NUMBER.sub(r"\1", _BLANK_BEFORE_BOUND.sub(r"\1\2\3", line))
    return [token for chunk in _CHUNK.finditer(_IN_SINGLE_QUOTES.sub(r'"\1"', line)) for token in _tokens(chunk)]


def fold(text: str) -> str:
    """Lower case in which one text has one form."""
    return normalize("NFC", normalize("NFD", text).casefold())


def phrase(text: str) -> str:
    """Folded words between single blanks, each without the marks around it."""
    return " ".join(filter(None, (_bare(fold(part)) for part in text.split())))


def _tokens(chunk: re.Match[str]) -> Iterator[Token]:
    before, quoted = (chunk[0], None) if chunk[2] is None else (chunk[1], chunk[2])
    [(minus, name, rest)] = _LEAD.findall(before)
    field = FIELDS.get(fold(name), "")
    if field:
        yield Token(typed=before.removesuffix(rest), field=field, refused=bool(minus))
    if rest or (quoted is None and not field):
        word = _bare(fold(rest))
        # of "E2f-1, -2, -3" nothing is refused
        refused = bool(minus and word and not field) and not word.isdecimal()
        closes = bool(_CLOSING.search(before))
        yield Token(typed=rest if field else before, word=word, value=bool(field), refused=refused, closes=closes)
    if quoted is not None:
        value, refused = bool(field and not rest), bool(minus and not field and not rest)
        typed = f'-"{quoted}"' if refused else f'"{quoted}"'
        yield Token(typed=typed, word=phrase(quoted), quoted=True, value=value, refused=refused)


def _bare(word: str) -> str:
    return word.lstrip(_BEFORE).rstrip(_AROUND)
