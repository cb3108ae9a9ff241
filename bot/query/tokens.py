"""Tokenizer of the query language: words, quoted phrases and field names, and the line that they form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

from bot.query.model import Query

#: longest text that is parsed, in characters; the topic of pasted text is clear from its beginning
LONGEST_TEXT = 2_000

_DOUBLE = dict.fromkeys(map(ord, "“”„‟«»＂〝〞〟「」『』″"), '"')
_SINGLE = dict.fromkeys(map(ord, "‘’‚‛‹›`´′"), "'")
_SAME = str.maketrans({**_DOUBLE, **_SINGLE, ord("："): ":"})
_IN_SINGLE_QUOTES = re.compile(r"(?<![^\s(\[:-])'([^'\s][^']*)'(?![^\s)\].,;:?!])")
_CHUNK = re.compile(r'([^\s"]*)"([^"]*)"|[^\s"]+')
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
    #: the name of a field in the query spec
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


class FieldNames:
    """The names by which fields can be typed, compiled for the tokenizer."""

    def __init__(self, names: Mapping[str, str], numeric: Iterable[str] = ()) -> None:
        """`names` maps each name to that of its field; a blank is allowed before the number of a `numeric` one."""
        self._names = names
        known, numbers = _either_of(names), _either_of(numeric)
        #: what may precede quotes or a word: brackets, a minus, a field name
        self._lead = re.compile(
            rf"^[(\[{{]*([-−–]*)(?:({known})(?::(?!//)|(?=[<>=≥≤])))?(.*)$", re.IGNORECASE | re.DOTALL
        )
        self._before_bound = re.compile(rf"(?<![^\s-])({numbers})(:?)\s*([<>=≥≤]{{1,2}})\s*(?=[0-9])", re.IGNORECASE)
        self._equals = re.compile(rf"(?<![^\s-])({known})\s+=\s+(?=\S)", re.IGNORECASE)
        self._number_first = re.compile(
            rf"(?<!\S)(>=|=>|≥|>)\s*([0-9]{{1,9}})\s+({numbers})(?![^\s,.;)])", re.IGNORECASE
        )
        self._before_number = re.compile(rf"(?<![^\s-])((?:{numbers}):)\s+(?=[-0-9])", re.IGNORECASE)

    def without_blanks(self, line: str) -> str:
        """Return the line without the blanks between a field and its value: "votes >= 20", "author = Hinton"."""
        line = self._number_first.sub(r"\3:\1\2", self._equals.sub(r"\1: ", line))
        return self._before_number.sub(r"\1", self._before_bound.sub(r"\1\2\3", line))

    def split(self, before: str) -> tuple[str, str, str]:
        """Return the minus signs before a word, the name of the field that it begins with or "", and the rest."""
        [(minus, name, rest)] = self._lead.findall(before)
        return minus, self._names.get(fold(name), ""), rest


def _either_of(names: Iterable[str]) -> str:
    """Return a pattern for one of the names; without names it matches nothing."""
    return "|".join(sorted(names, key=len, reverse=True)) or "(?!)"


#: for text in which nothing is a field
NO_FIELDS = FieldNames({})


def tokens(line: str, names: FieldNames = NO_FIELDS) -> list[Token]:
    """Return the tokens of a line that was cleaned by `bot.domain.text.plain`."""
    line = names.without_blanks(line.translate(_SAME).replace("''", '"'))
    chunks = _CHUNK.finditer(_IN_SINGLE_QUOTES.sub(r'"\1"', line))
    return [token for chunk in chunks for token in _tokens(chunk, names)]


def fold(text: str) -> str:
    """Return the text case-folded in NFC, so that equivalent spellings are equal."""
    return normalize("NFC", normalize("NFD", text).casefold())


def phrase(text: str) -> str:
    """Return the normalized words of a text with single blanks, each without surrounding punctuation."""
    return " ".join(filter(None, (_bare(fold(part)) for part in text.split())))


def _tokens(chunk: re.Match[str], names: FieldNames) -> Iterator[Token]:
    before, quoted = (chunk[0], None) if chunk[2] is None else (chunk[1], chunk[2])
    minus, name, rest = names.split(before)
    if name:
        yield Token(typed=before.removesuffix(rest), field=name, negated=bool(minus))
    if rest or (quoted is None and not name):
        word = _bare(fold(rest))
        # in "E2f-1, -2, -3" nothing is negated
        negated = bool(minus and word and not name) and not word.isdecimal()
        closes = bool(_CLOSING.search(before))
        yield Token(typed=rest if name else before, word=word, value=bool(name), negated=negated, closes=closes)
    if quoted is not None:
        value, negated = bool(name and not rest), bool(minus and not name and not rest)
        typed = f'-"{quoted}"' if negated else f'"{quoted}"'
        yield Token(typed=typed, word=phrase(quoted), quoted=True, value=value, negated=negated)


def _bare(word: str) -> str:
    return word.lstrip(_BEFORE).rstrip(_AROUND)


#: words that start a new clause of a question
_STARTERS = frozenset(
    """
    since after before until till from between in during on about regarding by at with without and or but not excluding
    except other published released submitted written top sorted ordered sort newest latest last past this most more
    over trending
    please thanks that which who where having has min minimum et today yesterday limit for
    """.split()
)


@dataclass(frozen=True, slots=True)
class Match:
    """The query that a part of the line stands for, and the position after it."""

    end: int
    asks: Query


@dataclass(frozen=True, slots=True)
class QueryLine:
    """Tokens, and the day on which they were typed."""

    tokens: Sequence[Token]
    today: date
    #: the word of each token that may be part of a sentence or of a field's value, else ""
    words: tuple[str, ...] = field(init=False)
    #: number of words that may belong to a sentence
    sentence: int = field(init=False)

    def __post_init__(self) -> None:
        said = (token.word if token.plain or (token.value and not token.quoted) else "" for token in self.tokens)
        object.__setattr__(self, "words", tuple(said))
        object.__setattr__(self, "sentence", sum(token.plain for token in self.tokens))

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def has_subtitle(self) -> bool:
        """Whether a colon occurs within the line, as in titles: "Fast, not fancy: rethinking ..."."""
        return any(token.plain and token.typed.endswith(":") for token in self.tokens[:-1])

    def word(self, place: int) -> str:
        """Return the normalized word at a position, or "" outside the line and for other tokens."""
        return word_at(self.words, place)

    def closed(self, place: int) -> bool:
        """Return whether the line, a sentence or a clause ends directly before a position."""
        return place <= 0 or place >= len(self.tokens) or self.tokens[place - 1].closes or not self.tokens[place].plain

    def ends(self, place: int) -> bool:
        """Return whether a clause may end before a position: it is closed, or the next word starts another clause."""
        return self.closed(place) or self.words[place] in _STARTERS

    def typed(self, first: int, end: int) -> str:
        """Return the text as typed between two positions."""
        parts = (f"{token.typed}{'' if token.field else ' '}" for token in self.tokens[first:end])
        return "".join(parts).strip()

    def ignoring(self, first: int, end: int) -> Match:
        """Return a result that ignores the text between two positions."""
        return Match(end, Query(ignored=(self.typed(first, end),)))


def word_at(words: Sequence[str], place: int) -> str:
    """Return the word at a position, or "" outside the line."""
    return words[place] if 0 <= place < len(words) else ""
