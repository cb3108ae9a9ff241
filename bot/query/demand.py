"""Pure: the categories and servers that a query asks for, for sources that are listed by category."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.category_listings import CategoryDemand
from bot.query.model import Query


def demands(query: Query) -> Iterator[CategoryDemand]:
    """Yield what a query asks for, and what each of its alternatives asks for besides; nothing if it names neither."""
    if query.categories:
        yield CategoryDemand(query.categories)
    for group in query.either:
        for each in group:
            yield from demands(each)
