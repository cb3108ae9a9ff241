"""Pure: order of the results for a topic: matches by relevance, then the remaining papers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.papers import Paper
from bot.query import Query
from bot.search.alike import newest_first
from bot.search.normalization import pieces
from bot.search.prior import Prior
from bot.search.stop_words import STOP_WORDS
from bot.search.topic import Relevance, Topic

#: step of the log odds within which relevances count as equal and the prior decides
_LOG_ODDS_STEP = 0.1
#: non-matching papers with at least this relevance are ordered by relevance
_MIN_RELEVANCE = 0.1
#: bound that keeps probabilities away from 0 and 1
_EPSILON = 1e-6
#: weights of the log odds and of the closeness in meaning, fitted on labelled topics with leave-one-topic-out
_LOG_ODDS, _CLOSENESS = 0.95, 0.75


@dataclass(frozen=True, slots=True)
class Chosen:
    """A paper that matches a topic."""

    paper: Paper
    relevance: Relevance


def chosen(
    topic: Topic,
    papers: Iterable[tuple[Paper, int]],
    prior: Prior | None,
    closeness: Mapping[str, float] = MappingProxyType({}),
) -> list[Chosen]:
    """Return the papers that match a topic, given with their votes, most relevant first.

    The prior orders papers of about equal relevance. `closeness` is how close papers are to the topic in meaning, in
    standard deviations; it changes the order and not which papers match.
    """
    usual = sum(closeness.values()) / len(closeness) if closeness else 0.0

    judged = ((paper, votes, topic.judge(paper, votes)) for paper, votes in papers)
    found = [(Chosen(paper, relevance), votes) for paper, votes, relevance in judged if relevance]

    def key(each: tuple[Chosen, int]) -> tuple[float, ...]:
        paper, score = each[0].paper, each[0].relevance.score
        expected, odds = prior.factor(paper, each[1]) if prior else 1.0, _log_odds(score)
        if closeness:
            odds = _LOG_ODDS * odds + _CLOSENESS * closeness.get(paper.id, usual)
        return -round(odds / _LOG_ODDS_STEP), -expected, -odds

    return [each for each, _ in sorted(found, key=lambda each: (key(each), newest_first(each[0].paper)))]


def titled_first(papers: Sequence[Paper], query: Query) -> list[Paper]:
    """Return the papers with those first whose title equals the query, ignoring stop words."""
    typed = _significant(" ".join(query.texts))
    return sorted(papers, key=lambda paper: not typed or _significant(paper.title) != typed)


def _significant(text: str) -> frozenset[str]:
    return frozenset(word for word in pieces(text) if word not in STOP_WORDS)


def _log_odds(score: float) -> float:
    sure = min(max(score, _EPSILON), 1 - _EPSILON)
    return math.log(sure / (1 - sure))


def tiered(topic: Topic, first: Sequence[Chosen], others: Iterable[Paper]) -> list[Paper]:
    """Return the matches, then the papers with some relevance to the topic, then the others in their order."""
    through = {each.paper.id for each in first}
    rest = [paper for paper in others if paper.id not in through]
    scores = {paper.id: topic.relevance(paper).score for paper in rest}
    rest.sort(key=lambda paper: -scores[paper.id] if scores[paper.id] >= _MIN_RELEVANCE else 0.0)
    return [*(each.paper for each in first), *rest]
