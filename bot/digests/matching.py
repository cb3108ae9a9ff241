"""How well papers match a query, and in which field: what orders papers without votes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.papers import Paper
from bot.domain.trending import field_of
from bot.query import Query

#: a paper that is only cross-listed in a wanted category matches so much less than one whose primary category it is
_CROSS_LISTED = 0.8


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a query asks for, as far as it orders papers without votes."""

    query: Query
    #: relevance of the papers by id, from 0 to 1
    relevance: Mapping[str, float]
    #: as servers spell them, in the order of the query
    categories: tuple[str, ...]

    def match(self, paper: Paper) -> float | None:
        """Return how well a paper matches, from 0 to 1; None if the query names neither a topic nor categories."""
        if not self.query.texts and not self.categories:
            return None
        relevance = self.relevance.get(paper.id, 0.0) if self.query.texts else 1.0
        is_primary = not self.categories or bool(self._wanted(paper.categories[:1]))
        return relevance if is_primary else relevance * _CROSS_LISTED

    def field(self, paper: Paper) -> str:
        """Return the field of a paper: that of the wanted category it is in, if its primary one is not wanted.

        So a list of one category with its cross-lists is one field.
        """
        if not self._wanted(paper.categories[:1]) and (wanted := self._wanted(paper.categories)):
            return wanted.partition(".")[0]
        return field_of(paper)

    def _wanted(self, categories: tuple[str, ...]) -> str:
        """Return the first wanted category or archive that these are in, or ""."""
        having = {name.casefold() for category in categories for name in (category, category.partition(".")[0])}
        return next((name for name in self.categories if name.casefold() in having), "")


def asked_for(query: Query, relevance: Mapping[str, float]) -> AskedFor | None:
    """Return what a query asks for; None if it asks for nothing in particular. `relevance` is that of papers, by id.

    That is so if it only excludes papers, or limits their number, age or votes.
    """
    return AskedFor(query, relevance, tuple(dict.fromkeys(_categories(query)))) if _asks(query) else None


def _asks(query: Query) -> bool:
    names = (query.authors, query.organizations, query.categories, query.servers, query.has, query.ids)
    return bool(query.texts) or any(names) or any(_asks(each) for group in query.either for each in group)


def _categories(query: Query) -> Iterator[str]:
    yield from query.categories
    for group in query.either:
        for each in group:
            yield from _categories(each)
