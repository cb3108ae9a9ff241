"""Joins stored papers that turn out to be the same work: everything known of one becomes known of the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.identifiers import is_doi
from bot.domain.identity import Identity, keys
from bot.domain.log import Log
from bot.domain.sources import FetchResult
from bot.storage.aliases import read_identities
from bot.storage.papers import fill_gaps
from bot.storage.schema import (
    artifact_totals,
    artifacts,
    listings,
    lookups,
    observations,
    paper_aliases,
    papers,
    saved_papers,
    stories,
    taste_papers,
    vectors,
    votes,
)
from bot.storage.upsert import insert_selected

log = Log(__name__)

#: key of an advisory lock: no unique key can express which papers are one work, so one process decides at a time
LOCK = 0x70617065726964
#: tables whose rows follow a paper; where both papers have a row with the same key, that of the new key stays
_FOLLOWING = (listings, observations, votes, saved_papers, taste_papers, stories, artifact_totals, artifacts)


async def read_keys(connection: AsyncConnection, result: FetchResult) -> tuple[dict[str, str], frozenset[str]]:
    """Return the key of each id in a fetch result, and the stored ids that are no keys any more.

    Other processes wait until the end of the transaction before they do the same.
    """
    told = [Identity(paper.id, paper.server, paper.aliases) for paper in result.papers]
    mentioned = {
        *(one.id for one in told),
        *(alias for one in told for alias in one.aliases),
        *(listing.paper_id for listing in result.listings),
        *(seen.paper_id for seen in result.observations),
    }
    # an arXiv id without aliases is its own key
    if not any(map(is_doi, mentioned)) and not any(one.aliases for one in told):
        return {}, frozenset()
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    stored = await read_identities(connection, mentioned)
    found = keys(stored, told)
    return found, frozenset(one.id for one in stored if found[one.id] != one.id)


async def supersede(connection: AsyncConnection, old: frozenset[str], keys: Mapping[str, str]) -> None:
    """Give everything of the stored papers `old` to the papers that are their keys, and delete them."""
    for old_id in sorted(old):
        key = keys[old_id]
        await fill_gaps(connection, old_id, key)
        await _keep_newer_votes(connection, old_id, key)
        for table in _FOLLOWING:
            moved = [sa.literal(key).label(c.name) if c.name == "paper_id" else c for c in table.c]
            await insert_selected(connection, table, sa.select(*moved).where(table.c.paper_id == old_id))
        # vectors are those of another text, so they are made again; sources know more about the other id
        for table in (*_FOLLOWING, vectors, lookups):
            await connection.execute(sa.delete(table).where(table.c.paper_id == old_id))
        theirs = sa.update(paper_aliases).where(paper_aliases.c.paper_id == old_id)
        await connection.execute(theirs.values(paper_id=key))
        await connection.execute(sa.delete(papers).where(papers.c.id == old_id))
        await _report_change(connection, key)
        log.info("papers joined", old=old_id, key=key)


async def _report_change(connection: AsyncConnection, key: str) -> None:
    """Put a paper at the end of the change feed, even if an older fetch result has changed it."""
    newest = await connection.scalar(sa.select(sa.func.max(papers.c.last_seen_at)))
    if isinstance(newest, datetime):
        seen_at = newest + timedelta(microseconds=1)
        await connection.execute(sa.update(papers).where(papers.c.id == key).values(last_seen_at=seen_at))


async def _keep_newer_votes(connection: AsyncConnection, old_id: str, key: str) -> None:
    """Delete the votes for `key` of people who voted later for the same work as `old_id`."""
    later = votes.alias("later")
    alike = [later.c[name] == votes.c[name] for name in ("surface", "chat", "thread", "person")]
    again = sa.exists().where(later.c.paper_id == old_id, later.c.voted_at > votes.c.voted_at, *alike)
    await connection.execute(sa.delete(votes).where(votes.c.paper_id == key, again))
