"""Order and choose ranked papers by taste and standing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from statistics import NormalDist, fmean, pstdev

from bot.digests.taste.frequencies import DocumentFrequencies, Vector
from bot.digests.taste.profile import Profile
from bot.domain.papers import Paper
from bot.domain.taste import Strength
from bot.domain.trending import Measure, Part, Trend

#: weight of the standing (predicted votes) against that of taste; both as standard scores within the pool
_STANDING = {Strength.MILD: 1.0, Strength.STRONG: 0.2}
#: of every five places, the third is kept for what trends most, and of every ten, the fifth for what is new
_PERIOD_TRENDING, _PLACE_TRENDING = 5, 3
_PERIOD_NEW, _PLACE_NEW = 10, 5


class KeptFor(StrEnum):
    """Why a paper has its place in a digest, apart from taste."""

    #: it is among the papers with the highest standing
    TRENDING = "trending"
    #: its words are new to the taste
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Taste:
    """A profile, ready to be applied."""

    profile: Profile
    lexicon: DocumentFrequencies
    strength: Strength = Strength.STRONG
    #: identifies what it was learned from; equal for equal taste
    version: str = ""
    #: whether its words may be shown to everybody who reads what it orders
    open: bool = True

    def fit(self, paper: Paper) -> float:
        """Return how well a paper fits, before it is compared with others."""
        return self.profile.score(self.lexicon.vector(paper))

    def reasons(self, paper: Paper) -> tuple[str, ...]:
        """Return the words that speak most for a paper."""
        return self.profile.reasons(self.lexicon.vector(paper))


@dataclass(frozen=True, slots=True)
class TasteChoice:
    """A paper that was chosen by taste, with its score in votes."""

    trend: Trend
    kept_for: KeptFor | None = None
    #: the words that speak for it
    words: tuple[str, ...] = ()


def reordered(trends: Sequence[Trend], taste: Taste) -> list[Trend]:
    """Return the papers ordered by z(taste) + w z(standing), where w depends on the strength.

    The score keeps its unit: taste is added as a part of z(taste) times the standard deviation of the standings over
    w, which gives the same order. Where scores are not comparable, because some papers have votes and others have none
    or are of other fields, the standing is the place in the given order instead.
    """
    weight = _STANDING.get(taste.strength)
    if weight is None or not trends:
        return list(trends)
    scores = _standard([taste.fit(trend.paper) for trend in trends])
    units = {voted: _unit(trends, voted=voted) for voted in (True, False)}
    with_taste = [
        _with_part(trend, z, z * units[trend.voted] / weight) for trend, z in zip(trends, scores, strict=True)
    ]
    if _are_comparable(trends):
        return sorted(with_taste, key=lambda trend: -trend.score)
    standings = [weight * standing + z for standing, z in zip(_by_place(len(trends)), scores, strict=True)]
    order = sorted(range(len(trends)), key=lambda place: -standings[place])
    return [with_taste[place] for place in order]


def _unit(trends: Sequence[Trend], *, voted: bool) -> float:
    """Return the standard deviation of the scores of one kind."""
    scores = [trend.score for trend in trends if trend.voted is voted]
    return (pstdev(scores) if scores else 0.0) or 1.0


def _are_comparable(trends: Sequence[Trend]) -> bool:
    if any(trend.voted for trend in trends):
        return all(trend.voted for trend in trends)
    return all(before.score >= behind.score for before, behind in pairwise(trends))


def _by_place(number: int) -> list[float]:
    """Return the normal scores of places, the first place's first."""
    return [NormalDist().inv_cdf((number - place - 0.5) / number) for place in range(number)]


def choose(trends: Sequence[Trend], taste: Taste, size: int) -> list[TasteChoice]:
    """Return the papers of a digest. `trends` are all candidates, those with the highest standing first.

    Some places are kept for the papers that trend most, unless they are there already, and for what is new to the
    taste. A smaller digest is the beginning of a larger one.
    """
    if taste.strength is Strength.OFF:
        return [TasteChoice(trend) for trend in trends[:size]]
    ordered = {trend.paper.id: trend for trend in reordered(trends, taste)}
    standing = [trend.paper.id for trend in trends]
    new = [paper.id for paper in _newest_to(taste, [trend.paper for trend in trends])]
    chosen: dict[str, TasteChoice] = {}
    for place in range(1, min(size, len(trends)) + 1):
        kept_for, candidates = _kept_place(place, standing, new)
        id = next((id for id in candidates if id not in chosen), None)
        if id is None:
            kept_for, id = None, next(id for id in ordered if id not in chosen)
        words = taste.reasons(ordered[id].paper) if taste.open else ()
        chosen[id] = TasteChoice(ordered[id], kept_for, words)
    return list(chosen.values())


def _kept_place(place: int, standing: Sequence[str], new: Sequence[str]) -> tuple[KeptFor | None, Sequence[str]]:
    """Return what a place (from 1) is kept for, and the candidates for it, best first."""
    if place % _PERIOD_TRENDING == _PLACE_TRENDING:
        return KeptFor.TRENDING, standing[: place // _PERIOD_TRENDING + 1]
    if place % _PERIOD_NEW == _PLACE_NEW:
        return KeptFor.NEW, new
    return None, ()


def _newest_to(taste: Taste, papers: Sequence[Paper]) -> list[Paper]:
    """Return the quarter of the papers about which the taste says least, in their given order."""
    known = {paper.id: _familiarity(taste, paper) for paper in papers}
    few = sorted(papers, key=lambda paper: known[paper.id])[: max(len(papers) // 4, 1)]
    ids = {paper.id for paper in few}
    return [paper for paper in papers if paper.id in ids]


def _familiarity(taste: Taste, paper: Paper) -> float:
    weights = taste.profile.weights
    return sum(abs(weights.get(key, 0.0)) * weight for key, weight in taste.lexicon.vector(paper).items())


def _with_part(trend: Trend, value: float, points: float) -> Trend:
    part = Part(Measure.TASTE, value, points)
    return replace(trend, score=trend.score + points, parts=(*trend.parts, part))


def _standard(values: Sequence[float]) -> list[float]:
    """Return the standard scores; all 0 if the values are equal."""
    mean, deviation = fmean(values), pstdev(values)
    return [(value - mean) / deviation if deviation else 0.0 for value in values]


def telling(trends: Sequence[Trend], lexicon: DocumentFrequencies, most: int) -> list[Paper]:
    """Return papers whose votes would tell most about a taste: the first one, then always the one least like them.

    `trends` are the candidates, those with the highest standing first; only the upper half is considered, so that the
    papers are worth a look.
    """
    candidates = [trend.paper for trend in trends[: max(len(trends) // 2, most)]]
    vectors = {paper.id: lexicon.vector(paper) for paper in candidates}
    likeness = dict.fromkeys(vectors, 0.0)
    chosen: list[Paper] = []
    while candidates and len(chosen) < most:
        # ties go to the higher standing
        best = min(candidates, key=lambda paper: likeness[paper.id])
        chosen.append(best)
        candidates.remove(best)
        for paper in candidates:
            common = _product(vectors[paper.id], vectors[best.id])
            likeness[paper.id] = max(likeness[paper.id], common)
    return chosen


def _product(one: Vector, other: Vector) -> float:
    return sum(weight * other.get(key, 0.0) for key, weight in one.items())
