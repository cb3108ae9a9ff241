"""Two-pass ranking: first by the words of the query, then with relevance feedback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.query import Query
from bot.search.expansion import ExpandedQuery
from bot.search.feedback import FEEDBACK_PAPERS, learned
from bot.search.index import Hit, Index
from bot.search.passages import Passages, unpacked

#: a text with more stems, such as a pasted abstract, says enough itself
_MAX_STEMS = 64


@dataclass(frozen=True, slots=True)
class FirstPass:
    """Result of the first pass, by the words alone."""

    query: Query
    expanded: ExpandedQuery
    hits: Sequence[Hit]


def first_pass(index: Index, query: Query, limit: int) -> FirstPass:
    """Return the papers that the words alone find."""
    expanded = index.expanded(query)
    return FirstPass(query, expanded, index.best(query, expanded.stems, limit))


def second_pass(index: Index, first: FirstPass, limit: int) -> list[Hit]:
    """Return the papers found by the words together with the stems learned from the first results."""
    return learned_from(index, first, [(hit.score, hit.passages) for hit in first.hits[:FEEDBACK_PAPERS]], limit)


def learned_from(index: Index, first: FirstPass, sources: Sequence[tuple[float, Passages]], limit: int) -> list[Hit]:
    """Return the papers found by the words together with the stems learned from some papers, given with scores."""
    if len(first.expanded.stems) > _MAX_STEMS:
        return index.best(first.query, first.expanded.stems, limit)
    feedback = [(score, _stems(text)) for score, text in sources]
    more = learned(first.expanded.stems, feedback, index.stem_weights)
    return index.best(first.query, {**first.expanded.stems, **more}, limit)


def _stems(text: Passages) -> list[str]:
    """Return the stems of title and abstract."""
    return [*unpacked(text.title), *unpacked(text.abstract)]
