"""A profile of weighted words, learned from papers (Rocchio), and the words that explain a score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest

from bot.digests.taste.frequencies import DocumentFrequencies, Vector
from bot.digests.taste.word_keys import key_of, keys
from bot.domain.papers import Paper
from bot.domain.taste import SaidWord

#: with fewer likes nothing is learned
FEWEST_LIKES = 3
#: weight of papers that were passed over, and of those that were disliked, against that of likes
_PASSED_OVER, _DISLIKED = 0.5, 0.5
#: weight of a word that somebody asked for; the strongest learned words have about as much
_SAID = 0.3
#: words that have a form as people write it, the strongest
_NAMED = 500
#: words with a smaller weight than this share of the strongest one are not shown
_SHOWN_SHARE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteEvidence:
    """The papers and words that a profile is learned from."""

    liked: Sequence[Paper] = ()
    #: explicitly
    disliked: Sequence[Paper] = ()
    #: shown to the person alone, and not chosen
    passed_over: Sequence[Paper] = ()
    said: Sequence[SaidWord] = ()
    #: weight of each opinion by paper; 1 if it is not given
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[str]:
        """Ids of all papers that there is an opinion about."""
        return frozenset(paper.id for paper in (*self.liked, *self.disliked))

    @property
    def enough(self) -> bool:
        """Whether anything may be learned from it."""
        return len(self.liked) >= FEWEST_LIKES or bool(self.said)


@dataclass(frozen=True, slots=True)
class TasteTerm:
    """A word of a profile."""

    #: as people read it
    word: str
    weight: float
    #: number of liked (for a negative weight: disliked) papers that have it
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Weighted words. The score of a paper is the sum over its words."""

    weights: Mapping[str, float]
    #: form of each word as people read it
    forms: Mapping[str, str]
    #: strongest first
    more: tuple[TasteTerm, ...] = ()
    #: only words of disliked papers
    less: tuple[TasteTerm, ...] = ()
    said: tuple[SaidWord, ...] = ()
    likes: int = 0
    dislikes: int = 0

    def score(self, vector: Vector) -> float:
        """Return how well a paper fits; about 0 for any paper."""
        return sum(self.weights.get(key, 0.0) * weight for key, weight in vector.items())

    def reasons(self, vector: Vector, most: int = 3) -> tuple[str, ...]:
        """Return the words that add most to a paper's score, as people read them."""
        gains = {key: self.weights.get(key, 0.0) * weight for key, weight in vector.items()}
        best = sorted(
            (key for key, gain in gains.items() if gain > 0 and key in self.forms),
            key=lambda key: (-gains[key], -len(key), key),
        )
        return tuple(self.forms[key] for key in _distinct(best, self.forms)[:most])


def learn(evidence: TasteEvidence, lexicon: DocumentFrequencies) -> Profile:
    """Return the profile of some evidence; without enough likes only the words that were said."""
    liked = evidence.liked if len(evidence.liked) >= FEWEST_LIKES else ()
    disliked, passed_over = (evidence.disliked, evidence.passed_over) if liked else ((), ())
    weights: defaultdict[str, float] = defaultdict(float)
    _add(weights, _mean(liked, evidence.weights, lexicon), 1.0)
    _add(weights, _mean(passed_over, {}, lexicon), -_PASSED_OVER)
    share = min(1.0, len(disliked) / len(liked)) if liked else 0.0
    unwanted = _mean(disliked, evidence.weights, lexicon)
    _add(weights, unwanted, -_DISLIKED * share)
    for said in evidence.said:
        _add(weights, _said(said), said.value * _SAID)
    strongest = frozenset(nlargest(_NAMED, weights, key=lambda key: abs(weights[key])))
    forms = lexicon.forms((*liked, *disliked), strongest) | {
        key: written for said in evidence.said for key, written in keys(said.word)
    }
    return Profile(
        weights=dict(weights),
        forms=forms,
        more=_terms(weights, forms, liked, lexicon, 1),
        less=_terms({key: weights[key] for key in unwanted}, forms, disliked, lexicon, -1),
        said=tuple(evidence.said),
        likes=len(evidence.liked),
        dislikes=len(evidence.disliked),
    )


def separation(
    evidence: TasteEvidence, lexicon: DocumentFrequencies, others: Iterable[Vector], most: int = 20
) -> float | None:
    """Return the share of other papers above which a liked paper stands if the rest of the likes is learned from.

    One half is chance. None with too few likes to leave one out.
    """
    liked = evidence.liked[:most]
    pool = [vector for vector in others if vector]
    if len(liked) < FEWEST_LIKES or not pool:
        return None
    shares = []
    for one in liked:
        rest = [paper for paper in liked if paper.id != one.id]
        weights = _mean(rest, evidence.weights, lexicon)
        score = _product(weights, lexicon.vector(one))
        shares.append(sum(_product(weights, vector) < score for vector in pool) / len(pool))
    return sum(shares) / len(shares)


def _mean(papers: Sequence[Paper], weights: Mapping[str, float], lexicon: DocumentFrequencies) -> dict[str, float]:
    """Return the weighted mean of the papers' vectors."""
    total = sum(weights.get(paper.id, 1.0) for paper in papers)
    mean: defaultdict[str, float] = defaultdict(float)
    for paper in papers:
        _add(mean, lexicon.vector(paper), weights.get(paper.id, 1.0) / total if total else 0.0)
    return mean


def _add(weights: defaultdict[str, float], vector: Vector, factor: float) -> None:
    for key, weight in vector.items():
        weights[key] += factor * weight


def _product(weights: Mapping[str, float], vector: Vector) -> float:
    return sum(weights.get(key, 0.0) * weight for key, weight in vector.items())


def _said(said: SaidWord) -> dict[str, float]:
    """Return the words of what was said, with equal weights."""
    found = dict.fromkeys(key for key, _ in keys(said.word))
    return {key: len(found) ** -0.5 for key in found}


def _terms(
    weights: Mapping[str, float],
    forms: Mapping[str, str],
    papers: Sequence[Paper],
    lexicon: DocumentFrequencies,
    sign: int,
) -> tuple[TasteTerm, ...]:
    """Return the strongest words of one sign that some of the papers have, those of several papers first."""
    having: defaultdict[str, int] = defaultdict(int)
    for paper in papers:
        for key in lexicon.vector(paper):
            having[key] += 1
    strong = {key: sign * weights[key] for key in having if sign * weights.get(key, 0.0) > 0}
    least = _SHOWN_SHARE * max(strong.values(), default=0.0)
    kept = (key for key, weight in strong.items() if weight >= least and key in forms)
    ordered = sorted(kept, key=lambda key: (having[key] < 2, -strong[key], -len(key), key))
    return tuple(TasteTerm(forms[key], sign * strong[key], having[key]) for key in _distinct(ordered, forms))


def _distinct(ordered: Sequence[str], forms: Mapping[str, str]) -> list[str]:
    """Return the keys without compounds of which a part comes earlier, and the other way round: "tool", "tool-use"."""
    kept: list[str] = []
    told: set[str] = set()
    for key in ordered:
        parts = {key, *map(key_of, forms[key].split("-"))}
        if not told & parts:
            kept.append(key)
            told |= parts
    return kept
