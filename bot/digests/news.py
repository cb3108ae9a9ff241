"""Pure: whether a listed paper is news for a query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.papers import Paper
from bot.domain.servers import ARXIV
from bot.query import Query

#: name of the source whose lists have cross-lists of old papers too
_WITH_CROSS_LISTS = ("arxiv_feed",)
#: how long after its submission a paper is announced at the latest, unless it is held
_NEW_FOR = timedelta(days=10)


def is_old_cross_list(paper: Paper) -> bool:
    """Return whether a paper is on a list only because it was added to another category long after it appeared."""
    if paper.server != ARXIV or paper.listed_by != _WITH_CROSS_LISTS or not (paper.listed_on and paper.published_at):
        return False
    return paper.listed_on - paper.published_at.date() > _NEW_FOR


def is_news(paper: Paper, query: Query) -> bool:
    """Return whether a paper can be new to readers of a query.

    An old paper that was cross-listed is new in a secondary category, and not in its primary one or without any.
    """
    if not is_old_cross_list(paper):
        return True
    secondary = {name for category in paper.categories[1:] for name in (category, category.partition(".")[0])}
    return not secondary.isdisjoint(_categories(query))


def _categories(query: Query) -> Iterator[str]:
    yield from query.categories
    for group in query.either:
        for each in group:
            yield from _categories(each)
