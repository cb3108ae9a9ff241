"""Two-pass ranking: first by the words of the query, then with relevance feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.papers import PaperText
from bot.query import Query
from bot.search.expansion import ExpandedQuery
from bot.search.feedback import FEEDBACK_PAPERS, learned
from bot.search.index import Hit, Index
from bot.search.passages import passages

#: a text with more stems, such as a pasted abstract, says enough itself
_MAX_STEMS = 64


@dataclass(frozen=True, slots=True)
class FirstPass:
    """Result of the first pass, by the words alone."""

    query: Query
    expanded: ExpandedQuery
    hits: Sequence[Hit]

    @property
    def feedback_ids(self) -> list[str]:
        """Ids of the papers to learn from in the second pass."""
        return [hit.id for hit in self.hits[:FEEDBACK_PAPERS]]


def first_pass(index: Index, query: Query, limit: int) -> FirstPass:
    """Return the papers that the words alone find."""
    expanded = index.expanded(query)
    return FirstPass(query, expanded, index.best(query, expanded.stems, limit))


def second_pass(index: Index, first: FirstPass, texts: Mapping[str, PaperText], limit: int) -> list[Hit]:
    """Return the papers found by the words together with the stems learned from the first results.

    `texts` are those of the first results, by paper id.
    """
    if len(first.expanded.stems) > _MAX_STEMS:
        return index.best(first.query, first.expanded.stems, limit)
    feedback = [(hit.score, _stems(texts[hit.id])) for hit in first.hits[:FEEDBACK_PAPERS] if hit.id in texts]
    more = learned(first.expanded.stems, feedback, index.stem_weights)
    return index.best(first.query, {**first.expanded.stems, **more}, limit)


def _stems(text: PaperText) -> list[str]:
    """Return the stems of title and abstract."""
    found = passages(text)
    return [*found.title.split(), *found.abstract.split()]
