"""Pure: order of the results for a topic: matches by relevance, then the remaining papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.papers import Paper
from bot.search.filters import day_of
from bot.search.prior import Prior
from bot.search.topic import Closeness, Judgement, Relevance, Topic, log_odds, unknown_closeness

#: step of the log odds within which relevances count as equal and the prior decides
_LOG_ODDS_STEP = 0.1
#: smallest relevance of papers that come close; the others stand in the order of the search
_MIN_RELEVANCE = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may match a topic, with what its place depends on."""

    id: str
    #: ordinal of its day, `NO_DAY` if unknown
    day: int
    votes: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Chosen:
    """A paper that matches a topic."""

    paper: Paper
    relevance: Relevance


def chosen(
    topic: Topic,
    papers: Sequence[tuple[Paper, int]],
    prior: Prior | None,
    closeness: Closeness = unknown_closeness,
) -> list[Chosen]:
    """Return the papers that match a topic, given with their votes, most relevant first; see `matching`."""
    told = {paper.id: paper for paper, _ in papers}
    judged = {
        paper.id: Candidate(paper.id, day_of(paper), votes, Judgement(relevance, matches=True))
        for paper, votes in papers
        if (relevance := topic.judge(paper, votes, closeness))
    }
    return [Chosen(told[each], judged[each].judgement.relevance) for each in matching(judged.values(), prior)]


def matching(judged: Iterable[Candidate], prior: Prior | None) -> list[str]:
    """Return the ids of the papers that match, most relevant first; the prior orders those of about equal relevance."""

    def key(each: Candidate) -> tuple[float, float, float, int, str]:
        odds = log_odds(each.judgement.relevance.score)
        expected = prior.factor_of(each.day, each.votes) if prior else 1.0
        return -round(odds / _LOG_ODDS_STEP), -expected, -odds, -each.day, each.id

    return [each.id for each in sorted((each for each in judged if each.judgement.matches), key=key)]


def close(judged: Iterable[Candidate]) -> list[str]:
    """Return the ids of the papers that do not match and have some relevance, most relevant first."""
    scores = {each.id: each.judgement.relevance.score for each in judged if not each.judgement.matches}
    return sorted((each for each, score in scores.items() if score >= _MIN_RELEVANCE), key=lambda each: -scores[each])
