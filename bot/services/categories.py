"""Categories that no source serves: a subscription to them would never receive a paper."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadArgument
from bot.messages import categories as view
from bot.query import Query, parse
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


async def unserved(store: Store, query: Query, listed: Set[str] = frozenset()) -> UnservedCategories | None:
    """Return the categories of a query that no source serves; None if there are none.

    `listed` are those of which the sources that are read list every paper.
    """
    wanted = [*_wanted(query)]
    if not wanted:
        return None
    counts = await store.papers.categories()
    covered = listed | {name.partition(".")[0] for name in listed}
    known = tuple(name for name, _ in counts.most_common() if "." in name)[:_NAMED]
    names = tuple(name for name in dict.fromkeys(wanted) if name not in counts and name not in covered)
    return UnservedCategories(names, known, all=len(names) == len(set(wanted))) if names else None


async def note_on(store: Store, listed: Set[str], *queries: Query) -> str:
    """Return what to say of the categories of queries that no source serves, "" if there are none."""
    found = [each for query in queries if (each := await unserved(store, query, listed))]
    names = dict.fromkeys(name for each in found for name in each.names)
    return view.note([*names], found[0].known) if found else ""


async def require_served(store: Store, listed: Set[str], words: str, now: datetime) -> None:
    """Raise `BadArgument` if a subscription to these words could bring nothing, as no source has its categories."""
    found = await unserved(store, parse(words, now.date()), listed)
    if found and found.all:
        raise BadArgument(view.note(found.names, found.known), view.anyway())


def _wanted(query: Query) -> Iterator[str]:
    yield from query.categories
    for group in query.either:
        for each in group:
            yield from _wanted(each)
