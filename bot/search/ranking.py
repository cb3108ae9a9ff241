"""Two-pass ranking: first by the words of the query, then with relevance feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.papers import PaperText
from bot.query import Query
from bot.search.expansion import ExpandedQuery
from bot.search.feedback import TEACHERS, learned
from bot.search.index import Hit, Index
from bot.search.passages import passages

#: a text with more stems, such as a pasted abstract, says enough itself
_MAX_STEMS = 64


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


def second_pass(index: Index, first: FirstPass, texts: Mapping[str, PaperText], limit: int) -> list[Hit]:
    """Return the papers found by the words together with the stems learned from the first results.

    `texts` are those of the teachers, by paper id.
    """
    if len(first.asked.stems) > _MAX_STEMS:
        return index.best(first.query, first.asked.stems, limit)
    teachers = [(hit.score, _stems(texts[hit.id])) for hit in first.hits[:TEACHERS] if hit.id in texts]
    more = learned(first.asked.stems, teachers, index.stem_weights)
    return index.best(first.query, first.asked.stems, limit, more)


def _stems(text: PaperText) -> list[str]:
    """Return the stems of title and abstract."""
    found = passages(text)
    return [*found.title.split(), *found.abstract.split()]
