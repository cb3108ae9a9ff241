"""Pure: ranking prior. Among results of similar relevance, newer and more voted papers come first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.papers import Paper
from bot.search.filters import NO_DAY, day_of

#: half-life of recency in days
_HALF_LIFE = 365.0
#: scores within this relative difference count as tied; fused scores of words and meaning lie closer together
LEXICAL_MARGIN, FUSED_MARGIN = 0.01, 0.005
#: votes from which on the vote factor is at its maximum; hardly any paper has more
_MAX_VOTES = 500


@dataclass(frozen=True, slots=True)
class Prior:
    """Prior expectation of a paper, independent of the query."""

    #: largest relative bonus, for a paper of today with many votes: 0.1 is 10 %. Recency and votes contribute half each
    weight: float
    today: date

    def factor(self, paper: Paper, votes: int) -> float:
        """Return the factor for the score, between 1 and 1 + weight."""
        return self.factor_of(day_of(paper), votes)

    def factor_of(self, day: int, votes: int) -> float:
        """Return the factor of a paper of a day, given as an ordinal."""
        age = max(0, self.today.toordinal() - day) if day != NO_DAY else math.inf
        voted = min(1.0, math.log1p(max(0, votes)) / math.log1p(_MAX_VOTES))
        return 1 + self.weight * (math.exp2(-age / _HALF_LIFE) + voted) / 2


def nearly_tied(
    scores: Sequence[tuple[str, float]], factors: Mapping[str, float], margin: float = LEXICAL_MARGIN
) -> dict[str, int]:
    """Return the rank of each id: by score, and by factor among ids that are nearly tied.

    A paper never overtakes one whose score is better by more than the margin.
    """
    places: dict[str, int] = {}
    left = sorted(scores, key=lambda pair: -pair[1])
    while left:
        best = left[0][1]
        tied = [pair for pair in left if pair[1] >= best - abs(best) * margin]
        for paper_id, _ in sorted(tied, key=lambda pair: -factors.get(pair[0], 1.0)):
            places[paper_id] = len(places)
        left = left[len(tied) :]
    return places
