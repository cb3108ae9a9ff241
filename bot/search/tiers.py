"""Pure: order of the results for a topic: matches by relevance, then the remaining papers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.papers import Paper
from bot.search.filters import day_of
from bot.search.prior import Prior
from bot.search.topic import Relevance, Topic

#: step of the log odds within which relevances count as equal and the prior decides
_LOG_ODDS_STEP = 0.1
#: bound that keeps probabilities away from 0 and 1
_EPSILON = 1e-6
#: weights of the log odds and of the closeness in meaning, fitted on labelled topics with leave-one-topic-out
_LOG_ODDS, _CLOSENESS = 0.95, 0.75


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that matches a topic, with what its place depends on."""

    id: str
    #: ordinal of its day, `NO_DAY` if unknown
    day: int
    votes: int
    relevance: Relevance


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
    """Return the papers that match a topic, given with their votes, most relevant first; see `by_relevance`."""
    told = {paper.id: (paper, votes) for paper, votes in papers}
    judged = [
        Candidate(paper.id, day_of(paper), votes, relevance)
        for paper, votes in told.values()
        if (relevance := topic.judge(paper, votes))
    ]
    return [Chosen(told[each.id][0], each.relevance) for each in by_relevance(judged, prior, closeness)]


def by_relevance(judged: Iterable[Candidate], prior: Prior | None, closeness: Mapping[str, float]) -> list[Candidate]:
    """Return the papers that match a topic, most relevant first.

    The prior orders papers of about equal relevance. `closeness` is how close papers are to the topic in meaning, in
    standard deviations; it changes the order and not which papers match.
    """
    usual = sum(closeness.values()) / len(closeness) if closeness else 0.0

    def key(each: Candidate) -> tuple[float, float, float, int, str]:
        odds = _log_odds(each.relevance.score)
        expected = prior.factor_of(each.day, each.votes) if prior else 1.0
        if closeness:
            odds = _LOG_ODDS * odds + _CLOSENESS * closeness.get(each.id, usual)
        return -round(odds / _LOG_ODDS_STEP), -expected, -odds, -each.day, each.id

    return sorted(judged, key=key)


def _log_odds(score: float) -> float:
    sure = min(max(score, _EPSILON), 1 - _EPSILON)
    return math.log(sure / (1 - sure))
