"""Pure: the categories and servers that a query asks for, for sources that are listed by category."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.category_listings import CategoryDemand
from bot.domain.servers import SERVERS, find
from bot.domain.subject_areas import SUBJECT_AREAS
from bot.query.model import Query

_NOTHING = CategoryDemand()


def demands(query: Query, outer: CategoryDemand = _NOTHING) -> Iterator[CategoryDemand]:
    """Yield what a query asks for, with each of its alternatives; nothing if it names neither categories nor servers.

    Alternatives ask for the categories and servers of the query around them, unless they name their own.
    """
    own = CategoryDemand(query.categories or outer.categories, _servers(query) or outer.servers)
    groups = [group for group in query.either if any(_names_any(each) for each in group)]
    if not groups and own != _NOTHING:
        yield own
    for group in groups:
        for each in group:
            yield from demands(each, own)


def server_lists(demand: CategoryDemand) -> tuple[str, ...]:
    """Return the lists of bioRxiv and medRxiv that a query asks for: "bioRxiv neuroscience", "bioRxiv" for all areas.

    To name neither a server nor one of its areas asks for none.
    """
    lists: list[str] = []
    for server, areas in SUBJECT_AREAS.items():
        if demand.servers and server not in demand.servers:
            continue
        title = find(server).title
        lists += [f"{title} {area}" for area in areas if area in demand.categories]
        lists += [title] if demand.servers and not demand.categories else []
    return tuple(lists)


def _names_any(query: Query) -> bool:
    return any(demands(query))


def _servers(query: Query) -> tuple[str, ...]:
    """Return the servers that a query names, or all but those that it excludes."""
    if query.servers or not query.without_servers:
        return query.servers
    # to exclude servers alone asks for nothing
    names = (server.name for server in SERVERS if server.name)
    return tuple(name for name in names if name not in query.without_servers) if query.categories else ()
