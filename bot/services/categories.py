"""Categories that no source serves: a subscription to them would never receive a paper."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadArgument
from bot.messages import categories as view
from bot.query import Query, parse
from bot.sources.registry import SOURCES
from bot.storage import Store

#: number of served categories that a refusal names
_NAMED = 8


@dataclass(frozen=True, slots=True)
class UnservedCategories:
    """Categories of a query that no stored paper has, and that no source is known to list."""

    names: tuple[str, ...]
    #: the most frequent categories of the stored papers
    known: tuple[str, ...]
    #: whether the query allows no other category, so that no paper can match
    all: bool


async def unserved(store: Store, query: Query) -> UnservedCategories | None:
    """Return the categories of a query that no source serves; None if there are none."""
    wanted = [*_wanted(query)]
    if not wanted:
        return None
    counts = await store.papers.categories()
    declared = {name for source in SOURCES for name in source.categories}
    known = tuple(name for name, _ in counts.most_common() if "." in name)[:_NAMED]
    names = tuple(name for name in dict.fromkeys(wanted) if name not in counts and not _covered(name, declared))
    return UnservedCategories(names, known, all=len(names) == len(set(wanted))) if names else None


def _covered(name: str, declared: Set[str]) -> bool:
    """Return whether a category or its archive is declared."""
    return name in declared or name.partition(".")[0] in declared


async def note_on(store: Store, *queries: Query) -> str:
    """Return what to say of the categories of queries that no source serves, "" if there are none."""
    found = [each for query in queries if (each := await unserved(store, query))]
    names = dict.fromkeys(name for each in found for name in each.names)
    return view.note([*names], found[0].known) if found else ""


async def require_served(store: Store, words: str, now: datetime) -> None:
    """Raise `BadArgument` if a subscription to these words could bring nothing, as no source has its categories."""
    found = await unserved(store, parse(words, now.date()))
    if found and found.all:
        raise BadArgument(view.note(found.names, found.known), view.anyway())


def _wanted(query: Query) -> Iterator[str]:
    yield from query.categories
    for group in query.either:
        for each in group:
            yield from _wanted(each)
