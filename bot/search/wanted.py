"""Pure: from the words of a query to the stems that are looked up, and what each is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from bot.query import Query
from bot.search.common import EMPTY, FAINT, FAINTLY
from bot.search.folding import pieces
from bot.search.lexicon import Lexicon
from bot.search.spelling import meant, suspicious

#: what the words that an abbreviation stands for are worth together, and what the abbreviation of typed words is
_LONG_FORM, _SHORT_FORM = 0.6, 0.1
#: "finetuning" for "fine-tuning", and the other way round
_JOINED, _SPLIT = 0.5, 0.3
#: what is looked up at most, and words of which the spelling is: a text with more such words is in another language
_MOST, _SPELLED = 64, 6


class Vocabulary(Protocol):
    """What the index knows of words."""

    def stems(self, text: str) -> list[str]:
        """The stems of a folded text."""
        ...

    def papers(self) -> int:
        """How many papers there are."""
        ...

    def frequency(self, stem: str) -> int:
        """How many of them have the stem."""
        ...

    def spelled(self, prefix: str) -> Sequence[tuple[str, int]]:
        """Words of titles that begin so, each with the number of its titles."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked up."""

    #: stem -> what it is worth
    stems: Mapping[str, float]
    #: for each word that tells something of the topic: the stems of which a paper has one, if it has the word
    each: tuple[tuple[str, ...], ...]
    #: typed word -> what was looked up besides, as it is spelled
    corrected: Mapping[str, str]


def wanted(query: Query, vocabulary: Vocabulary, lexicon: Lexicon) -> Wanted:
    """Everything that a paper about the query's words and phrases would have."""
    return _Reading(vocabulary, lexicon).read(_telling(query))


def corrected(query: Query, instead: Mapping[str, str]) -> Query:
    """Return the query with its misspelled words as they were meant."""
    if not instead:
        return query
    return replace(
        query, words=tuple(" ".join(instead.get(part, part) for part in pieces(word)) for word in query.words)
    )


def _telling(query: Query) -> list[str]:
    """The words that say something; all of them where none does."""
    typed = [word for text in query.texts for word in pieces(text)][:_MOST]
    return [word for word in typed if word not in EMPTY] or typed


class _Reading:
    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._lexicon = lexicon
        self._stems: dict[str, float] = {}
        self._more: dict[str, float] = {}
        self._each: dict[str, tuple[str, ...]] = {}
        self._corrected: dict[str, str] = {}
        self._doubted = 0

    def read(self, words: Sequence[str]) -> Wanted:
        for word in words:
            self._word(word)
        for one, other in pairwise(words):
            self._add(one + other, _JOINED)
        for size in (2, 3, 4, 5):
            for start in range(len(words) - size + 1):
                self._add(self._lexicon.short(words[start : start + size]), _SHORT_FORM)
        return Wanted(self._more | self._stems, tuple(self._each.values()), self._corrected)

    def _word(self, word: str) -> None:
        stem = self._stem(word)
        if not stem:
            return
        often = self._vocabulary.frequency(stem)
        self._stems[stem] = FAINTLY if word in FAINT else 1.0
        long = self._lexicon.long(word)
        for part in long:
            self._add(part, _LONG_FORM / len(long))
        instead = [self._stem(long[0])] if long else []
        if not long and suspicious(word, often, self._vocabulary.papers()):
            instead += self._otherwise(word, often)
        if word not in FAINT:
            self._each[stem] = (stem, *instead)

    def _otherwise(self, word: str, often: int) -> list[str]:
        """What a word that next to nobody writes may have been meant to be: two words, or another one."""
        if parts := self._parts(word):
            for part in parts:
                self._add(part, 1.0 if not often else _SPLIT)
            return [self._stem(parts[1])]
        self._doubted += 1
        if self._doubted > _SPELLED:
            return []
        known = {pair for prefix in (word[:2], word[1::-1]) for pair in self._vocabulary.spelled(prefix)}
        if found := meant(word, often, sorted(known)):
            self._corrected[word] = found
            self._add(found, 1.0)
            return [self._stem(found)]
        return []

    def _parts(self, word: str) -> tuple[str, str] | None:
        """The two common words that are written as one."""
        least = max(1, self._vocabulary.papers() // 1_000)
        cuts = ((word[:at], word[at:]) for at in range(3, len(word) - 3))
        common = [(min(self._often(one), self._often(other)), one, other) for one, other in cuts]
        rarer, one, other = max(common, default=(0, "", ""))
        return (one, other) if rarer >= least else None

    def _often(self, word: str) -> int:
        return self._vocabulary.frequency(self._stem(word))

    def _add(self, word: str, worth: float) -> None:
        stem = self._stem(word)
        if stem and word not in EMPTY and stem not in self._stems and self._vocabulary.frequency(stem):
            self._more[stem] = max(self._more.get(stem, 0.0), worth)

    def _stem(self, word: str) -> str:
        found = self._vocabulary.stems(word)
        return found[0] if found else ""
