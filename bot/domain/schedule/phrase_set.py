"""Tokenizer and normalization for the schedule parser; words keep their typed form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

#: option names before a colon: "at:09:00"
OPTIONS = {
    "at": "at:",
    "time": "at:",
    "timezone": "zone:",
    "tz": "zone:",
    "zone": "zone:",
    "day": "days:",
    "days": "days:",
    "period": "days:",
}

#: longest word considered; seven day names with commas have 57 letters
_LONGEST = 60
_TOKEN = re.compile(r'[^\s"“”„]*["“”„][^"“”„]*["“”„]\S*|\S+')
_QUOTES = frozenset('"“”„')
_ALIKE = str.maketrans("‐‑‒–—−’‘", "------''")
_BEFORE, _BEHIND = "([{<'`*_~,;", ")]}>'`*_~,;:.!?"


@dataclass(frozen=True, slots=True)
class Word:
    """A typed word or quoted phrase."""

    typed: str
    #: normalized; empty if it cannot be part of a schedule: phrases, and excluded words ("-survey")
    folded: str


def words(text: str) -> Iterator[Word]:
    """Yield all words in order; an option yields its name with a colon and then its value."""
    for token in _TOKEN.findall(text):
        name, colon, value = token.partition(":")
        if colon and (option := OPTIONS.get(folded(name))):
            yield Word(f"{name}:", option)
            token = value.strip("\"'“”„")
        elif not _QUOTES.isdisjoint(token):
            yield Word(token, "")
            continue
        yield from (Word(part, _comparable(part)) for part in token.split())


def folded(text: str) -> str:
    """Return the text without case, accents, invisible characters and surrounding punctuation; "" if very long."""
    if len(text) > _LONGEST:
        return ""
    if not text.isascii():
        apart = normalize("NFKD", text.translate(_ALIKE))
        text = "".join(letter for letter in apart if not combining(letter) and letter.isprintable())
    return text.casefold().lstrip(_BEFORE).rstrip(_BEHIND)


def _comparable(token: str) -> str:
    word = folded(token)
    return "" if word.startswith("-") and word != "-" else word


def word_at(folded_words: Sequence[str], place: int) -> str:
    """Return the word at a position, or "" past the end."""
    return folded_words[place] if place < len(folded_words) else ""


class PhraseSet:
    """A set of phrases that can be matched at a position."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(phrases)
        self._first_words = frozenset(phrase.split()[0] for phrase in self._phrases)
        self._most_words = max(len(phrase.split()) for phrase in self._phrases)

    def at(self, folded_words: Sequence[str], place: int) -> str:
        """Return the longest phrase that starts at a position, or ""."""
        if word_at(folded_words, place) not in self._first_words:
            return ""
        beginnings = (" ".join(folded_words[place : place + count]) for count in range(self._most_words, 0, -1))
        return next((phrase for phrase in beginnings if phrase in self._phrases), "")
