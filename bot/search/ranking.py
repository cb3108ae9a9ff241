"""The order of the answers: words first, then what the first answers teach."""

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
    """What the words alone find, and what is known after it."""

    query: Query
    asked: ExpandedQuery
    hits: Sequence[Hit]

    @property
    def teachers(self) -> list[str]:
        """The papers whose texts the second look wants."""
        return [hit.id for hit in self.hits[:TEACHERS]]


def first_pass(index: Index, query: Query, limit: int) -> FirstPass:
    """The papers that the words alone find."""
    asked = index.wanted(query)
    return FirstPass(query, asked, index.best(query, asked.stems, limit))


def second_pass(index: Index, first: FirstPass, texts: Sequence[Paper], limit: int) -> list[Hit]:
    """The papers that the words find together with what the first answers have in common."""
    scores = {hit.id: hit.score for hit in first.hits}
    teachers = [(scores[paper.id], index.text_stems(paper)) for paper in texts if paper.id in scores]
    more = learned(first.asked.stems, teachers, index.frequency, index.papers())
    return index.best(first.query, {**first.asked.stems, **more}, limit)
