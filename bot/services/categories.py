"""Categories that no source serves: a subscription to them would never receive a paper."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadArgument
from bot.domain.i18n import Translatable
from bot.domain.servers import ARXIV, find
from bot.domain.subject_areas import SUBJECT_AREAS, servers_with
from bot.messages import categories as view
from bot.query import Query, parse
from bot.query.demand import demands
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
    #: titles of servers that the query names and that do not have these categories; or without names, that are not read
    servers: tuple[str, ...] = ()

    @property
    def note(self) -> Translatable:
        """What to say of them."""
        if self.servers:
            return view.not_on_server(self.names, self.servers, self.known)
        return view.note(self.names, self.known)


async def unserved(store: Store, query: Query, listed: Set[str] = frozenset()) -> UnservedCategories | None:
    """Return the categories of a query that no source serves; None if there are none.

    `listed` are those of which the sources that are read list every paper.
    """
    if elsewhere := _not_on_servers(query, listed):
        return elsewhere
    wanted = [*_wanted(query)]
    if not wanted:
        return None
    counts = await store.papers.recent_categories()
    covered = _with_archives(listed)
    known = tuple(name for name, _ in counts.most_common() if "." in name)[:_NAMED]
    lacking = [name for name in dict.fromkeys(wanted) if name not in counts and name not in covered]
    stored = await store.papers.stored_categories(lacking)
    names = tuple(name for name in lacking if name not in stored)
    return UnservedCategories(names, known, all=len(names) == len(set(wanted))) if names else None


async def note_on(store: Store, listed: Set[str], *queries: Query) -> str:
    """Return what to say of the categories of queries that no source serves or has read yet, "" if there are none."""
    found = [each for query in queries if (each := await unserved(store, query, listed))]
    if not found:
        unread = await _unread(store, listed, *queries)
        return view.unread(unread) if unread else ""
    if elsewhere := next((each for each in found if each.servers), None):
        return elsewhere.note
    names = dict.fromkeys(name for each in found for name in each.names)
    return view.note([*names], found[0].known)


async def require_served(store: Store, listed: Set[str], words: str, now: datetime) -> None:
    """Raise `BadArgument` if a subscription to these words could bring nothing, as no source has its categories."""
    found = await unserved(store, parse(words, now.date()), listed)
    if found and found.all:
        raise BadArgument(found.note, view.anyway("server:" if found.servers else "cat:"))


async def _unread(store: Store, listed: Set[str], *queries: Query) -> tuple[str, ...]:
    """Return the categories of queries that a source lists, but whose lists were never read, and no new paper has."""
    wanted = dict.fromkeys(name for query in queries for name in _wanted(query))
    covered = _with_archives(listed)
    if wanted.keys().isdisjoint(covered):
        return ()
    states = await store.category_lists.all()
    # the lists of preprint servers are named "bioRxiv neuroscience"
    names = (state.category.partition(" ")[2] or state.category for state in states if state.succeeded_at)
    read = _with_archives(frozenset(names))
    counts = await store.papers.recent_categories()
    return tuple(name for name in wanted if name in covered and name not in counts and name not in read)


def _with_archives(listed: Set[str]) -> Set[str]:
    """Return the categories, and the archives of which some categories are listed."""
    return listed | {name.partition(".")[0] for name in listed}


def _not_on_servers(query: Query, listed: Set[str]) -> UnservedCategories | None:
    """Return the categories that none of the servers has that a query names, or the servers that are not read."""
    asked = [demand for demand in demands(query) if demand.servers]
    lost = [each for each in asked if not any({*servers_with(name)} & {*each.servers} for name in each.categories)]
    served = {ARXIV, *(server for server, areas in SUBJECT_AREAS.items() if not listed.isdisjoint(areas))}
    lost = [each for each in lost if each.categories or served.isdisjoint(each.servers)]
    if not lost:
        return None
    names = dict.fromkeys(name for each in lost for name in each.categories)
    servers = dict.fromkeys(server for each in lost for server in each.servers)
    known = [area for server in servers for area in SUBJECT_AREAS.get(server, ())] if names else []
    titles = tuple(find(server).title for server in servers)
    return UnservedCategories(tuple(names), tuple(known[:_NAMED]), all=lost == [*demands(query)], servers=titles)


def _wanted(query: Query) -> Iterator[str]:
    yield from query.categories
    for group in query.either:
        for each in group:
            yield from _wanted(each)
