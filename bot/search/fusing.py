"""Pure: several ordered lists made into one (reciprocal rank fusion, Cormack, Clarke and Büttcher 2009)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

#: how little the first places count for more than those behind them; the paper's own choice
_EVEN = 60


def fused(*lists: Sequence[str]) -> list[str]:
    """Every id once: those first that stand high on most of the lists. Of equals, those of the earlier list."""
    scores: defaultdict[str, float] = defaultdict(float)
    for ids in lists:
        for place, each in enumerate(ids, 1):
            scores[each] += 1 / (_EVEN + place)
    return sorted(scores, key=lambda each: -scores[each])
