"""Pure: pseudo relevance feedback. Learns further stems from the first results of a query."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

#: number of results to learn from; a result weighs (its score / the best score) to the power of `_SHARPNESS`
TEACHERS = 10
_SHARPNESS = 8
#: number of stems to learn, and their total weight relative to the query's own stems
_LEARNED = 30
_WORTH = 0.7
#: a stem in a larger share of the papers is too common; a stem in fewer papers is likely a name
_COMMON = 0.2
_FEWEST = 2
#: with fewer papers in the index the first results are too unspecific to learn from
_ENOUGH = 200
#: share of new stems from which on the learned stems get their full weight
_NEW = 0.35
#: exponent of the inverse document frequency
_RARITY = 1.5


def learned(
    asked: Mapping[str, float],
    teachers: Sequence[tuple[float, Sequence[str]]],
    frequency: Callable[[str], int],
    papers: int,
) -> dict[str, float]:
    """Return stems that the best results share and the query lacks, with their weights.

    `teachers` are the scores and stems of the first results, best first. `frequency` returns the document frequency
    of a stem among `papers` papers.
    """
    if papers < _ENOUGH:
        return {}
    gained: defaultdict[str, float] = defaultdict(float)
    for part, stems in _parts(teachers):
        for stem, weight in _telling(stems, frequency, papers).items():
            gained[stem] += part * weight
    best = sorted(((worth, stem) for stem, worth in gained.items() if stem not in asked), reverse=True)[:_LEARNED]
    scale = _WORTH * _newness(asked, gained) * sum(asked.values()) / (sum(worth for worth, _ in best) or 1)
    most = max(asked.values(), default=0.0)
    return {stem: min(worth * scale, most) for worth, stem in best}


def _newness(asked: Mapping[str, float], gained: Mapping[str, float]) -> float:
    """Return how much of the results' vocabulary is new; close to 0 if the query is a whole abstract."""
    whole = sum(gained.values()) or 1
    new = sum(worth for stem, worth in gained.items() if stem not in asked)
    return min(1.0, new / whole / _NEW)


def _parts(teachers: Sequence[tuple[float, Sequence[str]]]) -> Iterable[tuple[float, Sequence[str]]]:
    first = max((score for score, _ in teachers), default=0) or 1
    shares = [(score / first) ** _SHARPNESS for score, _ in teachers]
    whole = sum(shares) or 1
    return [(share / whole, stems) for share, (_, stems) in zip(shares, teachers, strict=True)]


def _telling(stems: Sequence[str], frequency: Callable[[str], int], papers: int) -> dict[str, float]:
    """Return the TF-IDF weights of a paper's stems, normalized to unit length."""
    weights = {}
    for stem, count in Counter(stems).items():
        often = frequency(stem)
        if _FEWEST <= often <= max(_COMMON * papers, _FEWEST):
            rarity = math.log(1 + (papers - often + 0.5) / (often + 0.5))
            weights[stem] = count / (count + 1.2) * rarity**_RARITY
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1
    return {stem: weight / length for stem, weight in weights.items()}
