"""Pure: several ordered lists made into one (reciprocal rank fusion, Cormack, Clarke and Büttcher 2009)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

#: how little the first places count for more than those behind them; the paper's own choice
_EVEN = 60


def fused(*lists: Sequence[str]) -> list[str]:
    """Every id once: those first that stand high on most of the lists. Of equals, those of the earlier list."""
    scores: defaultdict[str, float] = defaultdict(float)
    for ids in lists:
        for place, each in enumerate(ids, 1):
            scores[each] += 1 / (_EVEN + place)
    return sorted(scores, key=lambda each: -scores[each])


def weighed(
    scores: Sequence[tuple[str, float]], cosines: Mapping[str, float], weight: float
) -> list[tuple[str, float]]:
    """Return ids, best first, by their score beside the best one's, plus so much times their nearness in meaning.

    What has no score has a little less than the last that has one, and what has no cosine has that of the farthest.
    """
    best = max((score for _, score in scores), default=0.0) or 1.0
    lexical = {each: score / best for each, score in scores}
    least = 0.9 * min(lexical.values(), default=0.0)
    farthest = min(cosines.values(), default=0.0)
    every = dict.fromkeys([*lexical, *cosines])
    found = [(each, lexical.get(each, least) + weight * cosines.get(each, farthest)) for each in every]
    return sorted(found, key=lambda pair: -pair[1])
