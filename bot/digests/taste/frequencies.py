"""How many papers of the store have each word, and papers as weighted words (TF-IDF)."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Set
from functools import partial
from typing import TypeVar

from bot.digests.taste.word_keys import commonest, counted, written_forms
from bot.domain.papers import Paper

#: words in fewer papers cannot connect two papers
_MIN_PAPERS = 2
#: words in a larger share of the papers say nothing about the subject
_MAX_SHARE = 0.5
#: more occurrences in one paper hardly count more: tf * (K + 1) / (tf + K)
_SATURATION = 1.2
#: papers whose vectors are remembered
_REMEMBERED = 1_000

#: weight of each word; as a vector of length 1
Vector = Mapping[str, float]
_Version = tuple[str, int]
T = TypeVar("T")


class DocumentFrequencies:
    """Document frequencies of words. Papers are added as they arrive, each once."""

    def __init__(self, papers: Iterable[Paper] = (), *, remembered: int = _REMEMBERED) -> None:
        """`remembered` is the number of papers whose vectors are kept in memory."""
        self._frequencies: Counter[str] = Counter()
        self._ids: set[str] = set()
        self._remembered = remembered
        self._vectors: OrderedDict[_Version, Vector] = OrderedDict()
        self._forms: OrderedDict[_Version, dict[str, str]] = OrderedDict()
        for paper in papers:
            self.add(paper)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, paper_id: str) -> bool:
        return paper_id in self._ids

    def add(self, paper: Paper) -> None:
        """Count a paper, unless it was counted before."""
        if paper.id not in self._ids:
            self._ids.add(paper.id)
            self._frequencies.update(counted(paper).keys())
            self._vectors.clear()

    def papers_with(self, key: str) -> int:
        """Return the number of papers that have a word."""
        return self._frequencies[key]

    def rarity(self, key: str) -> float:
        """Return the inverse document frequency of a word; 0 for one that is too rare or too common to be used."""
        often = self._frequencies[key]
        if often < _MIN_PAPERS or often > max(_MAX_SHARE * len(self._ids), _MIN_PAPERS):
            return 0.0
        return math.log(len(self._ids) / often)

    def vector(self, paper: Paper) -> Vector:
        """Return the weighted words of a paper, as a vector of length 1; empty without usable words."""
        return self._kept(self._vectors, paper, lambda: self._weighted(counted(paper)))

    def forms(self, papers: Iterable[Paper], wanted: Set[str]) -> dict[str, str]:
        """Return the commonest form of each wanted word in some papers, as people read it."""
        counts: Counter[tuple[str, str]] = Counter()
        for paper in papers:
            forms = self._kept(self._forms, paper, partial(written_forms, paper))
            for key in wanted & forms.keys():
                counts[key, forms[key]] += 1
        return commonest(counts)

    def _kept(self, cache: OrderedDict[_Version, T], paper: Paper, make: Callable[[], T]) -> T:
        # a source may add the abstract later
        version = (paper.id, len(paper.abstract))
        made = cache.pop(version, None)
        if made is None:
            made = make()
        cache[version] = made
        if len(cache) > self._remembered:
            cache.popitem(last=False)
        return made

    def _weighted(self, words: Counter[str]) -> Vector:
        weights = {key: _saturated(often) * self.rarity(key) for key, often in words.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {key: weight / length for key, weight in weights.items() if weight} if length else {}


def _saturated(often: int) -> float:
    return often * (_SATURATION + 1) / (often + _SATURATION)
