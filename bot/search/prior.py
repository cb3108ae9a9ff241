"""Pure: of two papers that answer alike, the newer one and the one that more people voted for stands first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.models import Paper

#: days after which being new counts half
_HALF_LIFE = 365.0
#: scores that differ by less than this part are alike
_TIED = 0.02
#: votes that count fully; next to no paper has more
_MANY = 500


@dataclass(frozen=True, slots=True)
class Prior:
    """How much is known of a paper before anybody asks."""

    #: what a paper of today with many votes gains, beside its score: 0.1 is a tenth. Votes and age count half each
    weight: float
    today: date

    def factor(self, paper: Paper, votes: int) -> float:
        """What the score is multiplied with: from 1 to 1 + weight."""
        day = paper.published_at.date() if paper.published_at else paper.listed_on
        age = max(0, (self.today - day).days) if day else math.inf
        voted = min(1.0, math.log1p(max(0, votes)) / math.log1p(_MANY))
        return 1 + self.weight * (math.exp2(-age / _HALF_LIFE) + voted) / 2


def nearly_tied(scores: Sequence[tuple[str, float]], factors: Mapping[str, float]) -> dict[str, int]:
    """Return the place of each id: by its score, and of those that are nearly tied by what is expected of them.

    No paper passes one whose score is better by more than a near tie.
    """
    places: dict[str, int] = {}
    left = sorted(scores, key=lambda pair: -pair[1])
    while left:
        best = left[0][1]
        tied = [pair for pair in left if pair[1] >= best - abs(best) * _TIED]
        for paper_id, _ in sorted(tied, key=lambda pair: -factors.get(pair[0], 1.0)):
            places[paper_id] = len(places)
        left = left[len(tied) :]
    return places
