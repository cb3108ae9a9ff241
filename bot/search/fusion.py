"""Pure: rank fusion and weighted score fusion (reciprocal rank fusion: Cormack, Clarke and Büttcher 2009)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

#: the constant k of reciprocal rank fusion, as in the paper
_K = 60


def fused(*lists: Sequence[str]) -> list[str]:
    """Return all ids without duplicates by reciprocal rank fusion; ties keep the order of the earlier list."""
    scores: defaultdict[str, float] = defaultdict(float)
    for ids in lists:
        for place, each in enumerate(ids, 1):
            scores[each] += 1 / (_K + place)
    return sorted(scores, key=lambda each: -scores[each])


def weighed(
    scores: Sequence[tuple[str, float]], cosines: Mapping[str, float], weight: float
) -> list[tuple[str, float]]:
    """Return ids, best first, by score / best score + `weight` * cosine.

    An id without a score gets slightly less than the lowest score; an id without a cosine gets the lowest cosine.
    """
    best = max((score for _, score in scores), default=0.0) or 1.0
    lexical = {each: score / best for each, score in scores}
    least = 0.9 * min(lexical.values(), default=0.0)
    farthest = min(cosines.values(), default=0.0)
    every = dict.fromkeys([*lexical, *cosines])
    found = [(each, lexical.get(each, least) + weight * cosines.get(each, farthest)) for each in every]
    return sorted(found, key=lambda pair: -pair[1])
