"""How well papers match a query: what orders papers without votes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.domain.papers import Paper
from bot.domain.trending import Match
from bot.query import Query
from bot.search import topic_of

#: a paper that is only cross-listed in a wanted category matches so much less than one whose primary category it is
_CROSS_LISTED = 0.8
#: relevances that are kept, as a forecast composes digests of the same papers for many days
_REMEMBERED = 5_000


def match_of(query: Query) -> Match | None:
    """Return what tells how well a paper matches a query; None if the query asks for nothing in particular.

    A query that only excludes papers, or limits their number, age or votes, asks for nothing in particular. The result
    for a paper is from 0 to 1, and None if the query names neither a topic nor categories.
    """
    if not _asks(query):
        return None
    categories = frozenset(name.casefold() for name in _categories(query))
    has_topic = _has_topic(query)

    def match(paper: Paper) -> float | None:
        if not has_topic and not categories:
            return None
        relevance = _relevance(paper, query) if has_topic else 1.0
        return relevance if not categories or _is_primary(paper, categories) else relevance * _CROSS_LISTED

    return match


@lru_cache(maxsize=_REMEMBERED)
def _relevance(paper: Paper, query: Query) -> float:
    return topic_of(query).relevance(paper).score


def _asks(query: Query) -> bool:
    names = (query.authors, query.organizations, query.categories, query.servers, query.has, query.ids)
    return _has_topic(query) or any(names) or any(_asks(each) for group in query.either for each in group)


def _has_topic(query: Query) -> bool:
    return bool(query.texts) or any(_has_topic(each) for group in query.either for each in group)


def _categories(query: Query) -> Iterator[str]:
    yield from query.categories
    for group in query.either:
        for each in group:
            yield from _categories(each)


def _is_primary(paper: Paper, categories: frozenset[str]) -> bool:
    primary = paper.categories[0].casefold() if paper.categories else ""
    return not categories.isdisjoint((primary, primary.partition(".")[0]))
