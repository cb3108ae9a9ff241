"""Aliases: other ids of stored papers, and handles of long ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.identifiers import handle, is_doi, is_handle
from bot.domain.identity import Identity
from bot.storage.rows import batches
from bot.storage.schema import paper_aliases, papers
from bot.storage.upsert import upsert


async def keys_of(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, str]:
    """Return the paper's id for those of the ids that are aliases. An arXiv id never is one."""
    dois = sorted({id for id in ids if is_doi(id) or is_handle(id)})
    return {
        row.alias: row.paper_id
        for some in batches(dois)
        for row in await connection.execute(sa.select(paper_aliases).where(paper_aliases.c.alias.in_(some)))
    }


async def read_identities(connection: AsyncConnection, ids: Iterable[str]) -> list[Identity]:
    """Return the stored papers that have any of the ids, as their own or as an alias."""
    wanted = sorted({*(every := set(ids)), *(await keys_of(connection, every)).values()})
    aliases = defaultdict[str, list[str]](list)
    servers: dict[str, str] = {}
    for some in batches(wanted):
        told = sa.select(papers.c.id, papers.c.server).where(papers.c.id.in_(some))
        servers |= {row.id: row.server for row in await connection.execute(told)}
        for row in await connection.execute(sa.select(paper_aliases).where(paper_aliases.c.paper_id.in_(some))):
            if not is_handle(row.alias):
                aliases[row.paper_id].append(row.alias)
    return [Identity(id, server, tuple(sorted(aliases[id]))) for id, server in servers.items()]


async def save_aliases(connection: AsyncConnection, keys: Mapping[str, str]) -> None:
    """Save the keys of ids by alias and by handle, and the aliases with the papers, where something is new."""
    names = {**keys, **{handle(id): key for id, key in keys.items()}}
    known = await keys_of(connection, names)
    # a paper's own id is no alias any more, even if another paper claimed it before
    own = sorted(name for name, key in names.items() if name == key and name in known)
    for some in batches(own):
        await connection.execute(sa.delete(paper_aliases).where(paper_aliases.c.alias.in_(some)))
    changed = {name: key for name, key in sorted(names.items()) if name != key and known.get(name) != key}
    await upsert(connection, paper_aliases, [{"alias": alias, "paper_id": key} for alias, key in changed.items()])
    found = sorted(await read_identities(connection, changed.values()), key=lambda one: one.id)
    rows = [{"key": one.id, "names": one.aliases} for one in found]
    if rows:
        named = sa.update(papers).where(papers.c.id == sa.bindparam("key"))
        await connection.execute(named.values(aliases=sa.bindparam("names")), rows)
