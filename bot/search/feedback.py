"""Pure: pseudo relevance feedback. Learns further stems from the first results of a query."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

#: number of results to learn from; a result weighs (its score / the best score) to the power of `_SHARPNESS`
FEEDBACK_PAPERS = 10
_SHARPNESS = 8
#: a result with a smaller weight, relative to the best one's, is not read
_NEGLIGIBLE = 0.01
#: number of stems to learn, and their total weight relative to the query's own stems
_MAX_STEMS = 30
_WEIGHT = 0.7
#: a stem in a larger share of the papers is too common; a stem in fewer papers is likely a name
_MAX_SHARE = 0.2
_MIN_FREQUENCY = 2
#: with fewer papers in the index the first results are too unspecific to learn from
_MIN_PAPERS = 200
#: share of new stems from which on the learned stems get their full weight
_FULL_NOVELTY = 0.35
#: exponent of the inverse document frequency
_RARITY = 1.5


class StemWeights(dict[str, float]):
    """Cache of how much a stem tells about its paper, from its document frequency; 0 if it is too common or a name."""

    def __init__(self, frequency: Callable[[str], int], papers: int) -> None:
        """`frequency` returns the number of papers, of `papers`, that contain a stem."""
        super().__init__()
        self._frequency = frequency
        self.papers = papers

    def __missing__(self, stem: str) -> float:
        weight, often = 0.0, self._frequency(stem)
        if _MIN_FREQUENCY <= often <= max(_MAX_SHARE * self.papers, _MIN_FREQUENCY):
            weight = math.log(1 + (self.papers - often + 0.5) / (often + 0.5)) ** _RARITY
        self[stem] = weight
        return weight


def learned(
    query_stems: Mapping[str, float], sources: Sequence[tuple[float, Sequence[str]]], weights: StemWeights
) -> dict[str, float]:
    """Return stems that the best results share and the query lacks, with their weights.

    `sources` are the scores and stems of the first results, best first.
    """
    if weights.papers < _MIN_PAPERS:
        return {}
    gained: defaultdict[str, float] = defaultdict(float)
    for part, stems in _weighted(sources):
        for stem, weight in _tf_idf(stems, weights).items():
            gained[stem] += part * weight
    fresh = ((weight, stem) for stem, weight in gained.items() if stem not in query_stems)
    best = sorted(fresh, reverse=True)[:_MAX_STEMS]
    total = _WEIGHT * _novelty(query_stems, gained) * sum(query_stems.values())
    scale = total / (sum(weight for weight, _ in best) or 1)
    most = max(query_stems.values(), default=0.0)
    return {stem: min(weight * scale, most) for weight, stem in best}


def _novelty(query_stems: Mapping[str, float], gained: Mapping[str, float]) -> float:
    """Return how much of the results' vocabulary is new; close to 0 if the query is a whole abstract."""
    whole = sum(gained.values()) or 1
    new = sum(worth for stem, worth in gained.items() if stem not in query_stems)
    return min(1.0, new / whole / _FULL_NOVELTY)


def _weighted(sources: Sequence[tuple[float, Sequence[str]]]) -> Iterable[tuple[float, Sequence[str]]]:
    first = max((score for score, _ in sources), default=0) or 1
    shares = [(score / first) ** _SHARPNESS for score, _ in sources]
    whole = sum(shares) or 1
    pairs = zip(shares, sources, strict=True)
    return [(share / whole, stems) for share, (_, stems) in pairs if share > _NEGLIGIBLE]


def _tf_idf(stems: Sequence[str], weights: StemWeights) -> dict[str, float]:
    """Return the TF-IDF weights of a paper's stems, normalized to unit length."""
    found = {
        stem: count / (count + 1.2) * weight for stem, count in Counter(stems).items() if (weight := weights[stem])
    }
    length = math.sqrt(sum(weight * weight for weight in found.values())) or 1
    return {stem: weight / length for stem, weight in found.items()}
