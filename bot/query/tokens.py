"""Tokenizer of the query language: words, quoted phrases and field names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

#: longest text that is parsed, in characters; the topic of pasted text is clear from its beginning
LONGEST_TEXT = 2_000

#: field names and their aliases
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
#: what may precede quotes or a word: brackets, a minus, a field name
_FIELD = "|".join(sorted(FIELDS, key=len, reverse=True))
_LEAD = re.compile(rf"^[(\[{{]*([-−–]*)(?:({_FIELD})(?::(?!//)|(?=[<>=≥≤])))?(.*)$", re.IGNORECASE | re.DOTALL)
#: punctuation around a word that is not part of it; a "+" or "#" at the end is (C++, F#)
_AROUND = "\"'()[]{}<>,.;:!?/\\|`*…"
_BEFORE = f"{_AROUND}-−–—"
_CLOSING = re.compile(r"(?:[,;?!:]|(?<!^\w)\.)[)\]]*$|^[-−–—|/&,.;:?!]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of the line between blanks. A field name is one token, its value the next."""

    typed: str
    #: normalized, without punctuation; several words if quoted, "" for punctuation only
    word: str = ""
    #: one of the values of FIELDS
    field: str = ""
    #: whether it directly follows its field
    value: bool = False
    quoted: bool = False
    #: whether it is negated by a minus
    negated: bool = False
    #: whether a sentence or clause ends here
    closes: bool = False

    @property
    def plain(self) -> bool:
        """Whether it may be a word of an English sentence."""
        return bool(self.word) and not (self.field or self.value or self.quoted or self.negated)


def tokens(line: str) -> list[Token]:
    """Return the tokens of a line that was cleaned by `bot.domain.text.plain`."""
    line = line.translate(_SAME).replace("''", '"')
    line = _BLANK_BEFORE_NUMBER.sub(r"\1", _BLANK_BEFORE_BOUND.sub(r"\1\2\3", line))
    return [token for chunk in _CHUNK.finditer(_IN_SINGLE_QUOTES.sub(r'"\1"', line)) for token in _tokens(chunk)]


def fold(text: str) -> str:
    """Return the text case-folded in NFC, so that equivalent spellings are equal."""
    return normalize("NFC", normalize("NFD", text).casefold())


def phrase(text: str) -> str:
    """Return the normalized words of a text with single blanks, each without surrounding punctuation."""
    return " ".join(filter(None, (_bare(fold(part)) for part in text.split())))


def _tokens(chunk: re.Match[str]) -> Iterator[Token]:
    before, quoted = (chunk[0], None) if chunk[2] is None else (chunk[1], chunk[2])
    [(minus, name, rest)] = _LEAD.findall(before)
    field = FIELDS.get(fold(name), "")
    if field:
        yield Token(typed=before.removesuffix(rest), field=field, negated=bool(minus))
    if rest or (quoted is None and not field):
        word = _bare(fold(rest))
        # in "E2f-1, -2, -3" nothing is negated
        negated = bool(minus and word and not field) and not word.isdecimal()
        closes = bool(_CLOSING.search(before))
        yield Token(typed=rest if field else before, word=word, value=bool(field), negated=negated, closes=closes)
    if quoted is not None:
        value, negated = bool(field and not rest), bool(minus and not field and not rest)
        typed = f'-"{quoted}"' if negated else f'"{quoted}"'
        yield Token(typed=typed, word=phrase(quoted), quoted=True, value=value, negated=negated)


def _bare(word: str) -> str:
    return word.lstrip(_BEFORE).rstrip(_AROUND)
