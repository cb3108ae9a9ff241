"""Two-pass ranking: first by the words of the query, then with relevance feedback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.papers import Paper
from bot.query import Query
from bot.search.expansion import ExpandedQuery
from bot.search.feedback import TEACHERS, learned
from bot.search.index import Hit, Index


@dataclass(frozen=True, slots=True)
class FirstPass:
    """Result of the first pass, by the words alone."""

    query: Query
    asked: ExpandedQuery
    hits: Sequence[Hit]

    @property
    def teachers(self) -> list[str]:
        """Ids of the papers to learn from in the second pass."""
        return [hit.id for hit in self.hits[:TEACHERS]]


def first_pass(index: Index, query: Query, limit: int) -> FirstPass:
    """Return the papers that the words alone find."""
    asked = index.wanted(query)
    return FirstPass(query, asked, index.best(query, asked.stems, limit))


def second_pass(index: Index, first: FirstPass, texts: Sequence[Paper], limit: int) -> list[Hit]:
    """Return the papers found by the words together with the stems learned from the first results."""
    scores = {hit.id: hit.score for hit in first.hits}
    teachers = [(scores[paper.id], index.text_stems(paper)) for paper in texts if paper.id in scores]
    more = learned(first.asked.stems, teachers, index.frequency, index.papers())
    return index.best(first.query, {**first.asked.stems, **more}, limit)
