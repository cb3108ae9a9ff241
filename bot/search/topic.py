"""Pure: the one relevance model. It decides what a topic brings, wherever papers are chosen, ordered or explained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.models import Paper
from bot.query import Query
from bot.search.concepts import Concept, concepts
from bot.search.evidence import Evidence, Matcher
from bot.search.filters import passes
from bot.search.passages import passages

#: a paper is let through from this relevance on; chosen on labelled topics, each left out in turn
THRESHOLD = 0.47
#: what a concept is worth of which a paper says nothing
_NOTHING = 1e-3
#: more concepts than this are a description, of which a paper need not have each
_MOST_CONCEPTS = 3
#: terms that a reason names
_TOLD = 3
#: queries whose matchers are kept
_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Relevance:
    """How surely a paper is what a query asks for."""

    #: 0 to 1
    score: float
    #: what of the query it is about, as a reason names it: "agents", "GUI"
    about: tuple[str, ...] = ()


#: a query without words is answered by every paper that passes its filters
_WITHOUT_WORDS = Relevance(1.0)


class Topic:
    """What a query is about, to be held against papers."""

    def __init__(self, query: Query) -> None:
        self._query = query
        words = (*query.words, *query.phrases)
        self.concepts: tuple[Concept, ...] = concepts(words, literally=query.strict)
        self._groups = [[Topic(each) for each in group] for group in query.either]
        #: whether something is to be looked for, and whether any word of it says anything
        self._asks, self._says = bool(words), bool(self.concepts)
        self._matchers = [Matcher(concept) for concept in self.concepts]

    @property
    def narrow(self) -> bool:
        """Whether the words name a topic; longer texts describe papers, and are answered by likeness."""
        if any(each.concepts and not each.narrow for group in self._groups for each in group):
            return False
        named = bool(self.concepts) or any(each.concepts for group in self._groups for each in group)
        return named and len(self.concepts) <= _MOST_CONCEPTS

    def judge(self, paper: Paper, votes: int | None = None) -> Relevance | None:
        """Return how relevant a paper is that the query lets through; None for one that it does not.

        A wish for votes is held against `votes`, and passes where nobody knows them.
        """
        if not passes(paper, self._query, votes):
            return None
        if not all(any(each.judge(paper, votes) for each in group) for group in self._groups):
            return None
        found = self.relevance(paper)
        return found if self._enough(paper, found) else None

    def relevance(self, paper: Paper) -> Relevance:
        """Return how relevant a paper is to the words, whatever the filters say."""
        own = self._own(paper) if self._asks else _WITHOUT_WORDS
        if not self._groups:
            return own
        chosen = [
            max((each.relevance(paper) for each in group), key=lambda found: found.score) for group in self._groups
        ]
        score = math.prod(each.score for each in (own, *chosen)) ** (1 / (self._asks + len(chosen)))
        about = (*own.about, *(term for each in chosen for term in each.about))
        return Relevance(score, tuple(dict.fromkeys(about))[:_TOLD])

    def _own(self, paper: Paper) -> Relevance:
        """How relevant a paper is to the words that stand outside of alternatives."""
        if not self._says:
            return Relevance(0.0)
        text = passages(paper)
        evidence = [matcher.look(paper, text) for matcher in self._matchers]
        return Relevance(self._together(evidence), _told(evidence))

    def _enough(self, paper: Paper, found: Relevance) -> bool:
        if self._query.strict and self._says:
            text = passages(paper)
            return all(matcher.stands(text) for matcher in self._matchers)
        return not self._asks or self._own_score(paper, found) >= THRESHOLD

    def _own_score(self, paper: Paper, found: Relevance) -> float:
        return self._own(paper).score if self._groups else found.score

    def _together(self, evidence: Sequence[Evidence]) -> float:
        """The weighted geometric mean, so that no concept is made up for by another; of a description, the mean."""
        weights = [concept.weight for concept in self.concepts]
        pairs = list(zip(weights, (each.strength for each in evidence), strict=True))
        if len(self.concepts) > _MOST_CONCEPTS:
            return sum(weight * strength for weight, strength in pairs) / sum(weights)
        logarithms = (weight * math.log(max(strength, _NOTHING)) for weight, strength in pairs)
        return math.exp(sum(logarithms) / sum(weights))


def _told(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The surest term of each concept first, then the next ones, each once."""
    deep = max((len(each.terms) for each in evidence), default=0)
    ranked = (each.terms[place] for place in range(deep) for each in evidence if place < len(each.terms))
    return tuple(dict.fromkeys(ranked))[:_TOLD]


@lru_cache(maxsize=_REMEMBERED)
def topic_of(query: Query) -> Topic:
    """Return the topic of a query; many papers are held against the same one."""
    return Topic(query)


def matches(paper: Paper, query: Query, votes: int | None = None) -> bool:
    """Return whether a query lets a paper through that has so many votes."""
    return topic_of(query).judge(paper, votes) is not None
