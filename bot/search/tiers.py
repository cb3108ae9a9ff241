"""Pure: the order of an answer to a topic: what it lets through, most relevant first, and then the rest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.models import Paper
from bot.query import Query
from bot.search.alike import newest_first
from bot.search.common import EMPTY
from bot.search.folding import pieces
from bot.search.prior import Prior
from bot.search.topic import Relevance, Topic

#: relevances whose log odds differ by less are alike, and what is expected of the papers decides
_STEP = 0.1
#: papers that are not let through are in the order of their relevance down to this one
_TOUCHES = 0.1
#: nothing is surer than this
_SURE = 1e-6


@dataclass(frozen=True, slots=True)
class Chosen:
    """A paper that a topic lets through."""

    paper: Paper
    relevance: Relevance


def chosen(topic: Topic, papers: Iterable[tuple[Paper, int]], prior: Prior | None) -> list[Chosen]:
    """Return what a topic lets through of papers that are given with their votes, most relevant first.

    Of papers that are about equally relevant those come first of which the prior expects more.
    """
    judged = ((paper, votes, topic.judge(paper, votes)) for paper, votes in papers)
    found = [(Chosen(paper, relevance), votes) for paper, votes, relevance in judged if relevance]

    def key(each: tuple[Chosen, int]) -> tuple[float, ...]:
        score, expected = each[0].relevance.score, prior.factor(each[0].paper, each[1]) if prior else 1.0
        return -round(_log_odds(score) / _STEP), -expected, -score

    return [each for each, _ in sorted(found, key=lambda each: (key(each), newest_first(each[0].paper)))]


def titled_first(papers: Sequence[Paper], query: Query) -> list[Paper]:
    """Return the papers, those in front whose title is what was typed, small words apart."""
    typed = _telling(" ".join(query.texts))
    return sorted(papers, key=lambda paper: not typed or _telling(paper.title) != typed)


def _telling(text: str) -> frozenset[str]:
    return frozenset(word for word in pieces(text) if word not in EMPTY)


def _log_odds(score: float) -> float:
    sure = min(max(score, _SURE), 1 - _SURE)
    return math.log(sure / (1 - sure))


def tiered(topic: Topic, first: Sequence[Chosen], others: Iterable[Paper]) -> list[Paper]:
    """Return what was let through, behind it what touches the topic, and then the other papers in their order."""
    through = {each.paper.id for each in first}
    rest = [paper for paper in others if paper.id not in through]
    scores = {paper.id: topic.relevance(paper).score for paper in rest}
    rest.sort(key=lambda paper: -scores[paper.id] if scores[paper.id] >= _TOUCHES else 0.0)
    return [*(each.paper for each in first), *rest]
