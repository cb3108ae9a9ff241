"""Pure: which papers are the same work, and under which id it is stored.

A claim is what a source says: this paper is also known by that id. Papers that are connected by claims are one work.
Its key is the arXiv id, else the DOI on a preprint server, else the DOI of the paper that made the claim. A server
never hosts a work twice, so a claim that would join two papers of one server is ignored; the earlier one stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.identifiers import handle, is_doi
from bot.domain.papers import Paper
from bot.domain.servers import ARXIV
from bot.domain.sources import FetchResult


@dataclass(frozen=True, slots=True)
class Identity:
    """A paper's id and server, and the other ids that it claims."""

    id: str
    server: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """Ids of one work."""

    key: str
    #: of the key; the lowest wins
    rank: int
    ids: tuple[str, ...]
    #: names of the servers on which it is known to be
    servers: frozenset[str] = frozenset()

    def joined(self, other: _Work) -> _Work:
        """Return both as one work; of equals this one has the key."""
        best = other if other.rank < self.rank else self
        return _Work(best.key, best.rank, (*self.ids, *other.ids), self.servers | other.servers)


def keys(stored: Iterable[Identity], told: Iterable[Identity]) -> dict[str, str]:
    """Return the key of each paper and of each id that it claims with success. Claims of stored papers come first."""
    claims = [*sorted(stored, key=lambda one: one.id), *sorted(told, key=lambda one: one.id)]
    works: dict[str, _Work] = {}
    for one in claims:
        known = works.get(one.id)
        if known is None or not known.servers:
            works[one.id] = _of_paper(one)
    for one in claims:
        for alias in one.aliases:
            claiming, claimed = works[one.id], works.get(alias) or _of_alias(alias)
            if claiming.key != claimed.key and not claiming.servers & claimed.servers:
                both = claiming.joined(claimed)
                works |= dict.fromkeys(both.ids, both)
    return {id: work.key for id, work in works.items()}


def _of_paper(one: Identity) -> _Work:
    if not is_doi(one.id):
        return _of_alias(one.id)
    return _Work(one.id, 1 if one.server else 2, (one.id,), frozenset({one.server} - {""}))


def _of_alias(id: str) -> _Work:
    """Return the work of an id of which only claims are known."""
    return _Work(id, 3, (id,)) if is_doi(id) else _Work(id, 0, (id,), frozenset({ARXIV}))


def rekeyed(result: FetchResult, keys: Mapping[str, str]) -> FetchResult:
    """Return a fetch result whose listings and observations name papers by their keys; each is there once."""
    listings = {replace(one, paper_id=keys.get(one.paper_id, one.paper_id)): None for one in result.listings}
    observations = [replace(one, paper_id=keys.get(one.paper_id, one.paper_id)) for one in result.observations]
    return replace(result, listings=tuple(listings), observations=tuple(observations))


def told_by_key(papers: Sequence[Paper], keys: Mapping[str, str]) -> tuple[list[Paper], list[Paper]]:
    """Return the papers that were told under their key, and the others, each with its key as id.

    What was told under another id, such as a journal's version, describes the work less well.
    """
    under_key, others = list[Paper](), list[Paper]()
    for paper in papers:
        key = keys.get(paper.id, paper.id)
        if key == paper.id:
            under_key.append(paper)
        else:
            # an alias says nothing about the server of the key
            others.append(replace(paper, id=key, server=""))
    return under_key, others


def by_any_id(papers: Iterable[Paper]) -> dict[str, Paper]:
    """Return papers by their ids, aliases and handles."""
    found = [*papers]
    names = {name: paper for paper in found for id in (*paper.aliases, paper.id) for name in (handle(id), id)}
    return names | {paper.id: paper for paper in found}


def claims(told: Paper, known: Paper) -> Paper | None:
    """Return nothing but the ids that a source claims of a stored paper; None if all of them are known."""
    if {*told.aliases} <= {*known.aliases, known.id}:
        return None
    return Paper(id=told.id, server=told.server, aliases=told.aliases, title="")
