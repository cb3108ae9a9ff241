"""Pure: query expansion. Maps query words to weighted stems: abbreviations, compounds, spelling corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from bot.query import Query
from bot.search.lexicon import Lexicon
from bot.search.normalization import pieces
from bot.search.spelling import meant, suspicious
from bot.search.stop_words import FAINTLY, STOP_WORDS, WEAK_WORDS

#: total weight of the words that an abbreviation stands for, and weight of the abbreviation of typed words
_LONG_FORM, _SHORT_FORM = 0.6, 0.1
#: weights of "finetuning" for "fine-tuning" and of the reverse
_JOINED, _SPLIT = 0.5, 0.3
#: most words that are looked up, and most words whose spelling is corrected: more unknown words mean another language
_MAX_WORDS, _MAX_CORRECTIONS = 64, 6


class Vocabulary(Protocol):
    """Term statistics of the index."""

    def stems(self, text: str) -> list[str]:
        """Return the stems of a text."""
        ...

    def papers(self) -> int:
        """Return the number of papers."""
        ...

    def frequency(self, stem: str) -> int:
        """Return the number of papers that contain the stem."""
        ...

    def spelled(self, prefix: str) -> Sequence[tuple[str, int]]:
        """Return the title words with this prefix, each with the number of titles that contain it."""
        ...


@dataclass(frozen=True, slots=True)
class ExpandedQuery:
    """Weighted stems of a query after expansion."""

    #: stem -> weight
    stems: Mapping[str, float]
    #: for each significant word, the stems of which a paper needs at least one to match the word
    each: tuple[tuple[str, ...], ...]
    #: typed word -> spelling that was looked up as well
    corrected: Mapping[str, str]


def expand(query: Query, vocabulary: Vocabulary, lexicon: Lexicon) -> ExpandedQuery:
    """Return the stems to look up for the words and phrases of a query."""
    return _Expander(vocabulary, lexicon).expand_words(_significant(query))


def corrected(query: Query, instead: Mapping[str, str]) -> Query:
    """Return the query with its misspelled words replaced."""
    if not instead:
        return query
    return replace(
        query, words=tuple(" ".join(instead.get(part, part) for part in pieces(word)) for word in query.words)
    )


def _significant(query: Query) -> list[str]:
    """Return the words of a query without stop words, or all words if there are only stop words."""
    typed = [word for text in query.texts for word in pieces(text)][:_MAX_WORDS]
    return [word for word in typed if word not in STOP_WORDS] or typed


class _Expander:
    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._lexicon = lexicon
        self._stems: dict[str, float] = {}
        self._added: dict[str, float] = {}
        self._each: dict[str, tuple[str, ...]] = {}
        self._corrected: dict[str, str] = {}
        self._corrections = 0

    def expand_words(self, words: Sequence[str]) -> ExpandedQuery:
        for word in words:
            self._word(word)
        for one, other in pairwise(words):
            self._add(one + other, _JOINED)
        for size in (2, 3, 4, 5):
            for start in range(len(words) - size + 1):
                self._add(self._lexicon.short(words[start : start + size]), _SHORT_FORM)
        return ExpandedQuery(self._added | self._stems, tuple(self._each.values()), self._corrected)

    def _word(self, word: str) -> None:
        stem = self._stem(word)
        if not stem:
            return
        often = self._vocabulary.frequency(stem)
        self._stems[stem] = FAINTLY if word in WEAK_WORDS else 1.0
        long = self._lexicon.long(word)
        for part in long:
            self._add(part, _LONG_FORM / len(long))
        instead = [self._stem(long[0])] if long else []
        if not long and suspicious(word, often, self._vocabulary.papers()):
            instead += self._alternatives(word, often)
        if word not in WEAK_WORDS:
            self._each[stem] = (stem, *instead)

    def _alternatives(self, word: str, often: int) -> list[str]:
        """Return the stems that a rare word may stand for: two words written as one, or a corrected spelling."""
        if parts := self._parts(word):
            for part in parts:
                self._add(part, 1.0 if not often else _SPLIT)
            return [self._stem(parts[1])]
        self._corrections += 1
        if self._corrections > _MAX_CORRECTIONS:
            return []
        known = {pair for prefix in (word[:2], word[1::-1]) for pair in self._vocabulary.spelled(prefix)}
        if found := meant(word, often, sorted(known)):
            self._corrected[word] = found
            self._add(found, 1.0)
            return [self._stem(found)]
        return []

    def _parts(self, word: str) -> tuple[str, str] | None:
        """Return the two common words that the word is made of, or None."""
        least = max(1, self._vocabulary.papers() // 1_000)
        cuts = ((word[:at], word[at:]) for at in range(3, len(word) - 3))
        common = [(min(self._frequency(one), self._frequency(other)), one, other) for one, other in cuts]
        rarer, one, other = max(common, default=(0, "", ""))
        return (one, other) if rarer >= least else None

    def _frequency(self, word: str) -> int:
        return self._vocabulary.frequency(self._stem(word))

    def _add(self, word: str, worth: float) -> None:
        stem = self._stem(word)
        if stem and word not in STOP_WORDS and stem not in self._stems and self._vocabulary.frequency(stem):
            self._added[stem] = max(self._added.get(stem, 0.0), worth)

    def _stem(self, word: str) -> str:
        found = self._vocabulary.stems(word)
        return found[0] if found else ""
