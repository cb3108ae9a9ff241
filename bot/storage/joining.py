"""Joins stored papers that turn out to be the same work: everything known of one becomes known of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.identifiers import is_doi
from bot.domain.identity import Identity, keys
from bot.domain.log import Log
from bot.domain.sources import FetchResult
from bot.storage.aliases import read_identities
from bot.storage.papers import fill_gaps
from bot.storage.rows import batches
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
    """Give everything of the stored papers `old` to the papers of which they are aliases now, and delete them."""
    for some in batches(sorted(old)):
        await fill_gaps(connection, {old_id: keys[old_id] for old_id in some})
        await _keep_newer_votes(connection, some)
        for table in _FOLLOWING:
            await _move(connection, table, some)
        # vectors are those of another text, so they are made again; sources know more about the other id
        for table in (vectors, lookups):
            await connection.execute(sa.delete(table).where(table.c.paper_id.in_(some)))
        await connection.execute(sa.delete(papers).where(papers.c.id.in_(some)))
        await _report_changes(connection, [keys[old_id] for old_id in some])
    if old:
        log.info("papers joined", papers=len(old), first=min(old), key=keys[min(old)])


async def _move(connection: AsyncConnection, table: sa.Table, old: Sequence[str]) -> None:
    """Give a table's rows of some papers to the papers of which they are aliases."""
    columns = [paper_aliases.c.paper_id if column.name == "paper_id" else column for column in table.c]
    moved = sa.select(*columns).join_from(table, paper_aliases, paper_aliases.c.alias == table.c.paper_id)
    moved = moved.where(table.c.paper_id.in_(old))
    # of two votes for the same work the newer one counts
    await insert_selected(connection, table, moved.order_by(votes.c.voted_at.desc()) if table is votes else moved)
    await connection.execute(sa.delete(table).where(table.c.paper_id.in_(old)))


async def _keep_newer_votes(connection: AsyncConnection, old: Sequence[str]) -> None:
    """Delete votes of people who voted later for the same work under one of the `old` ids."""
    later = votes.alias("later")
    alike = [later.c[name] == votes.c[name] for name in ("surface", "chat", "thread", "person")]
    again = (
        sa.exists()
        .where(later.c.paper_id == paper_aliases.c.alias, paper_aliases.c.paper_id == votes.c.paper_id)
        .where(later.c.paper_id.in_(old), later.c.voted_at > votes.c.voted_at, *alike)
    )
    theirs = votes.c.paper_id.in_(sa.select(paper_aliases.c.paper_id).where(paper_aliases.c.alias.in_(old)))
    await connection.execute(sa.delete(votes).where(theirs, again))


async def _report_changes(connection: AsyncConnection, keys: Sequence[str]) -> None:
    """Put papers at the end of the change feed, even if an older fetch result has changed them."""
    newest = await connection.scalar(sa.select(sa.func.max(papers.c.last_seen_at)))
    if isinstance(newest, datetime):
        seen_at = newest + timedelta(microseconds=1)
        await connection.execute(sa.update(papers).where(papers.c.id.in_(keys)).values(last_seen_at=seen_at))
