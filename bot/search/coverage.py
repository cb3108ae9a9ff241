"""Pure: which sources may have papers that a query asks for, and whether it is about the life sciences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bot.domain.papers import Paper
from bot.domain.servers import ARXIV, BIORXIV, MEDRXIV, SERVERS
from bot.domain.subject_areas import servers_with
from bot.query import Query
from bot.sources.registry import SOURCES

_SOURCES = {source.name: source for source in SOURCES}
_LIFE_SERVERS = frozenset({BIORXIV, MEDRXIV})
#: the archive of arXiv for quantitative biology
_BIOLOGY = "q-bio"
#: the best papers whose subject decides that of a query
LOOKED_AT = 10


def may_have(source: str, query: Query) -> bool:
    """Return whether a source may have papers of the servers and categories that a query asks for.

    A source that is not registered may have any paper.
    """
    entry = _SOURCES.get(source)
    if entry is None:
        return True
    if query.categories and not entry.has_categories:
        return False
    servers = _servers(query)
    return (entry.arxiv_ids and ARXIV in servers) or (bool(entry.dois) and bool(servers - {ARXIV}))


def covers_life_sciences(source: str) -> bool:
    """Return whether a source has papers of the life sciences that are not on arXiv."""
    entry = _SOURCES.get(source)
    return entry is not None and bool(entry.dois)


def of_life_sciences(query: Query, papers: Sequence[Paper]) -> bool:
    """Return whether a query is about the life sciences, as it says so itself or as most of its best papers are."""
    if query.servers or query.categories:
        servers = _servers(query)
        return bool(servers) and servers <= _LIFE_SERVERS
    best = list(islice(papers, LOOKED_AT))
    return 2 * sum(map(_of_life_sciences, best)) > len(best)


def _of_life_sciences(paper: Paper) -> bool:
    return paper.server != ARXIV or any(name.partition(".")[0] == _BIOLOGY for name in paper.categories[:1])


def _servers(query: Query) -> frozenset[str]:
    """Return the servers that may have a paper that a query asks for."""
    asked = frozenset(query.servers or (server.name for server in SERVERS)) - frozenset(query.without_servers)
    having = {server for name in query.categories for server in servers_with(name)}
    return asked & having if query.categories else asked
