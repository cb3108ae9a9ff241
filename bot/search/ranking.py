"""The order of the answers: words first, then what the first answers teach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.models import Paper
from bot.query import Query
from bot.search.feedback import TEACHERS, learned
from bot.search.index import Hit, Index
from bot.search.topic import Relevance, Topic
from bot.search.wanted import Wanted

#: relevances that differ by less are alike, and what is expected of the papers decides
_STEP = 0.02


@dataclass(frozen=True, slots=True)
class First:
    """What the words alone find, and what is known after it."""

    query: Query
    asked: Wanted
    hits: Sequence[Hit]

    @property
    def teachers(self) -> list[str]:
        """The papers whose texts the second look wants."""
        return [hit.id for hit in self.hits[:TEACHERS]]


def first_look(index: Index, query: Query, limit: int) -> First:
    """The papers that the words alone find."""
    asked = index.wanted(query)
    return First(query, asked, index.best(query, asked.stems, limit))


def second_look(index: Index, first: First, texts: Sequence[Paper], limit: int) -> list[Hit]:
    """The papers that the words find together with what the first answers have in common."""
    scores = {hit.id: hit.score for hit in first.hits}
    teachers = [(scores[paper.id], index.text_stems(paper)) for paper in texts if paper.id in scores]
    more = learned(first.asked.stems, teachers, index.frequency, index.papers())
    return index.best(first.query, {**first.asked.stems, **more}, limit)


def let_through(topic: Topic, papers: Iterable[Paper]) -> dict[str, Relevance]:
    """Return the papers that a topic lets through, each with its relevance."""
    judged = ((paper.id, topic.judge(paper)) for paper in papers)
    return {paper_id: relevance for paper_id, relevance in judged if relevance}


def tiered(hits: Sequence[Hit], judged: Mapping[str, Relevance], expected: Mapping[str, float]) -> list[str]:
    """Return the ids of what the topic lets through, most relevant first, and then of the other hits in their order.

    Of papers that are alike those come first of which more is `expected`, then those that the words find first.
    """
    place = {hit.id: at for at, hit in enumerate(hits)}

    def key(paper_id: str) -> tuple[int, float, int]:
        step = round(judged[paper_id].score / _STEP)
        return -step, -expected.get(paper_id, 1.0), place.get(paper_id, len(place))

    return [*sorted(judged, key=key), *(hit.id for hit in hits if hit.id in expected and hit.id not in judged)]
