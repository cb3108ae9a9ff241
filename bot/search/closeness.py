"""Pure: how close papers are to topics in meaning, from stored vectors. Needs neither a model nor numpy."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from operator import mul

from bot.domain.papers import Paper
from bot.query import Query
from bot.search.topic import Closeness, Topic, topic_of, unknown_closeness
from bot.storage.topic_vectors import TopicVector

#: bytes of a number, float16
_BYTES = 2


class TopicCloseness:
    """Closeness of papers to topics. The same vectors give the same numbers in every process."""

    def __init__(self, topics: Mapping[str, TopicVector], papers: Mapping[str, bytes]) -> None:
        """`topics` are by their texts, `papers` by their ids."""
        self._topics = topics
        self._papers = papers
        self._numbers: dict[str, tuple[float, ...]] = {}

    def to(self, topic: Topic) -> Closeness:
        """Return the closeness of papers to one topic."""
        found = self._topics.get(topic.text) if topic.by_meaning else None
        if found is None or not found.deviation:
            return unknown_closeness
        numbers = _numbers(found.vector)

        def closeness(paper_id: str) -> float | None:
            paper = self._numbers_of(paper_id)
            if len(paper) != len(numbers):
                return None
            cosine: float = sum(map(mul, paper, numbers))
            return (cosine - found.mean) / found.deviation

        return closeness

    def relevance_of(self, paper: Paper, query: Query, votes: int | None = None) -> float | None:
        """As `bot.search.relevance_of`, but by words and meaning."""
        topic = topic_of(query)
        found = topic.judge(paper, votes, self.to(topic))
        return found.score if found else None

    def _numbers_of(self, paper_id: str) -> tuple[float, ...]:
        if paper_id not in self._numbers:
            self._numbers[paper_id] = _numbers(self._papers.get(paper_id, b""))
        return self._numbers[paper_id]


def _numbers(vector: bytes) -> tuple[float, ...]:
    """Return the numbers of a vector; none if its length is odd."""
    return struct.unpack(f"<{len(vector) // _BYTES}e", vector) if len(vector) % _BYTES == 0 else ()
