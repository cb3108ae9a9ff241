"""Pure: the relevance model. It decides which papers match a topic, in search, digests and explanations alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.domain.papers import Paper
from bot.query import Query
from bot.search.concepts import Concept, concepts
from bot.search.evidence import Evidence, Matcher, logistic
from bot.search.filters import passes
from bot.search.passages import Passages, passages

#: smallest relevance of a match; chosen on labelled topics with leave-one-topic-out
THRESHOLD = 0.47
#: weight of closeness in meaning beside the log odds, and what their sum must reach; fitted on labelled topics, see
#: docs/search.md
_CLOSENESS, _NEEDED = 1.25, 2.5
#: smallest relevance by words that meaning can raise
_SOME_EVIDENCE = 0.05
#: bound that keeps probabilities away from 0 and 1
_EPSILON = 1e-6
#: strength assumed for a concept without any evidence
_MIN_STRENGTH = 1e-3
#: a query with more concepts is a description, and a paper need not match all of them
_MAX_CONCEPTS = 3
#: terms named in a reason
_REASON_TERMS = 3
#: size of the LRU cache of topics
_CACHE_SIZE = 512


@dataclass(frozen=True, slots=True)
class Relevance:
    """How relevant a paper is to a query."""

    #: 0 to 1
    score: float
    #: matching parts of the query for the reason: "agents", "GUI"
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a paper matches the words of a query, and how relevant it is to them."""

    relevance: Relevance
    matches: bool


#: returns how close a paper is to a topic in meaning, by paper id: the cosine of their vectors in standard deviations
#: above the mean of all papers; None if that is not known
Closeness = Callable[[str], float | None]


def unknown_closeness(paper_id: str) -> None:
    """Return None, as an installation without an encoder does for every paper."""
    return


#: without words every paper that passes the filters matches
_WITHOUT_WORDS = Relevance(1.0)


class Topic:
    """What a query is about, for matching papers."""

    def __init__(self, query: Query) -> None:
        self._query = query
        words = (*query.words, *query.phrases)
        self.concepts: tuple[Concept, ...] = concepts(words, literally=query.strict)
        self._groups = [[Topic(each) for each in group] for group in query.either]
        #: whether the query has words, and whether any of them is significant
        self._has_words, self._has_concepts = bool(words), bool(self.concepts)
        self._matchers = [Matcher(concept) for concept in self.concepts]
        #: whether closeness in meaning counts: not for literal queries, alternatives and descriptions
        self.by_meaning = self.narrow and not query.strict and not self._groups

    @property
    def text(self) -> str:
        """Return the words with all other names of their concepts, for an encoder."""
        names = (name.text for concept in self.concepts for name in concept.entry.names)
        return ", ".join(dict.fromkeys((" ".join(self._query.texts), *names)))

    @property
    def narrow(self) -> bool:
        """Whether the words name a topic; longer texts are descriptions, which are answered by similarity."""
        if any(each.concepts and not each.narrow for group in self._groups for each in group):
            return False
        named = bool(self.concepts) or any(each.concepts for group in self._groups for each in group)
        return named and len(self.concepts) <= _MAX_CONCEPTS

    def judge(
        self, paper: Paper, votes: int | None = None, closeness: Closeness = unknown_closeness
    ) -> Relevance | None:
        """Return the relevance of a paper that matches the query, or None if it does not match.

        A minimum of votes is compared with `votes` and passes if that is None.
        """
        if not passes(paper, self._query, votes):
            return None
        if not all(any(each.judge(paper, votes) for each in group) for group in self._groups):
            return None
        found = self.assess(paper.id, passages(paper), closeness)
        return found.relevance if found.matches else None

    def assess(self, paper_id: str, text: Passages, closeness: Closeness = unknown_closeness) -> Judgement:
        """Return whether a paper that passes the filters matches the words, and how relevant it is."""
        found = self._relevance(text)
        if self.by_meaning and found.score >= _SOME_EVIDENCE and (close := closeness(paper_id)) is not None:
            found = replace(found, score=_with_meaning(found.score, close))
        return Judgement(found, self._is_match(text, found))

    def relevance(self, paper: Paper) -> Relevance:
        """Return the relevance of a paper to the words, ignoring the filters."""
        return self._relevance(passages(paper))

    def _relevance(self, text: Passages) -> Relevance:
        own = self._words_relevance(text) if self._has_words else _WITHOUT_WORDS
        if not self._groups:
            return own
        chosen = [
            max((each._relevance(text) for each in group), key=lambda found: found.score) for group in self._groups
        ]
        score = math.prod(each.score for each in (own, *chosen)) ** (1 / (self._has_words + len(chosen)))
        about = (*own.about, *(term for each in chosen for term in each.about))
        return Relevance(score, tuple(dict.fromkeys(about))[:_REASON_TERMS])

    def _words_relevance(self, text: Passages) -> Relevance:
        """Return the relevance of a paper to the words outside of alternatives."""
        if not self._has_concepts:
            return Relevance(0.0)
        evidence = [matcher.evidence(text) for matcher in self._matchers]
        return Relevance(self._combined(evidence), _reason_terms(evidence))

    def _is_match(self, text: Passages, found: Relevance) -> bool:
        if self._query.strict and self._has_concepts:
            return all(matcher.occurs(text) for matcher in self._matchers)
        return not self._has_words or self._words_score(text, found) >= THRESHOLD

    def _words_score(self, text: Passages, found: Relevance) -> float:
        return self._words_relevance(text).score if self._groups else found.score

    def _combined(self, evidence: Sequence[Evidence]) -> float:
        """Return the weighted geometric mean, so that every concept is needed; for a description, the weighted mean."""
        weights = [concept.weight for concept in self.concepts]
        pairs = list(zip(weights, (each.strength for each in evidence), strict=True))
        if len(self.concepts) > _MAX_CONCEPTS:
            return sum(weight * strength for weight, strength in pairs) / sum(weights)
        logarithms = (weight * math.log(max(strength, _MIN_STRENGTH)) for weight, strength in pairs)
        return math.exp(sum(logarithms) / sum(weights))


def _with_meaning(score: float, closeness: float) -> float:
    """Return the relevance by words and meaning together; `THRESHOLD` applies to it too."""
    return logistic(log_odds(score) + _CLOSENESS * closeness - _NEEDED + log_odds(THRESHOLD))


def log_odds(score: float) -> float:
    """Return the logarithm of the odds of a probability, with bounds for those near 0 and 1."""
    sure = min(max(score, _EPSILON), 1 - _EPSILON)
    return math.log(sure / (1 - sure))


def _reason_terms(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return the strongest term of each concept, then the next ones, without duplicates."""
    deep = max((len(each.terms) for each in evidence), default=0)
    ranked = (each.terms[place] for place in range(deep) for each in evidence if place < len(each.terms))
    return tuple(dict.fromkeys(ranked))[:_REASON_TERMS]


@lru_cache(maxsize=_CACHE_SIZE)
def topic_of(query: Query) -> Topic:
    """Return the topic of a query; cached, as many papers are matched against the same one."""
    return Topic(query)


def relevance_of(paper: Paper, query: Query, votes: int | None = None) -> float | None:
    """Return how relevant a paper with this many votes is to the query, from 0 to 1; None if it does not match."""
    found = topic_of(query).judge(paper, votes)
    return found.score if found else None


def matches(paper: Paper, query: Query, votes: int | None = None) -> bool:
    """Return whether a paper with this many votes matches the query, by words alone."""
    return topic_of(query).judge(paper, votes) is not None
