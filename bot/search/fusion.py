"""Pure: rank fusion and score fusion (reciprocal rank fusion: Cormack, Clarke and Büttcher 2009)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

#: the constant k of reciprocal rank fusion, as in the paper
_K = 60
#: score of an id without one, relative to the lowest score
_UNSCORED = 0.9
#: difference between the highest and the lowest cosine of the candidates of a question, for all-MiniLM-L6-v2
_USUAL_SPREAD = 0.6


def fused(*lists: Sequence[str]) -> list[str]:
    """Return all ids without duplicates by reciprocal rank fusion; ties keep the order of the earlier list."""
    scores: defaultdict[str, float] = defaultdict(float)
    for ids in lists:
        for place, each in enumerate(ids, 1):
            scores[each] += 1 / (_K + place)
    return sorted(scores, key=lambda each: -scores[each])


def blended(
    scores: Mapping[str, float], cosines: Mapping[str, float], weight: float = 1.0, *, calibrated: bool = True
) -> dict[str, float]:
    """Return the weighted sum of relative scores and cosines, for every id of either.

    The best score becomes 1. An id without a score gets slightly less than the lowest one, an id without a cosine
    gets the lowest one. Cosines of a model that is not `calibrated` are scaled by their spread.
    """
    best = max(scores.values(), default=0.0) or 1.0
    least = _UNSCORED * min(scores.values(), default=0.0) / best
    scaled = cosines if calibrated else _spread(cosines)
    farthest = min(scaled.values(), default=0.0)
    ids = dict.fromkeys([*scores, *scaled])
    return {
        each: (scores[each] / best if each in scores else least) + weight * scaled.get(each, farthest) for each in ids
    }


def best_first(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return ids with their scores, best first; ties keep their order."""
    return sorted(scores.items(), key=lambda pair: -pair[1])


def _spread(cosines: Mapping[str, float]) -> dict[str, float]:
    """Return the cosines scaled to the spread that the weights were chosen for."""
    least, most = min(cosines.values(), default=0.0), max(cosines.values(), default=0.0)
    factor = _USUAL_SPREAD / (most - least) if most > least else 0.0
    return {each: (cosine - least) * factor for each, cosine in cosines.items()}
