"""Listings and fetch times of daily lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.papers import Listing
from bot.domain.sources import FetchResult
from bot.storage.rows import legible, readable
from bot.storage.schema import fetches, listings
from bot.storage.upsert import Insert, insert_new, upsert


async def save_listings(connection: AsyncConnection, listed: Iterable[Listing]) -> int:
    """Insert new listings; papers missing from a later fetch are not removed. Return the number of new ones."""
    in_order = sorted(listed, key=lambda listing: (listing.paper_id, listing.source, listing.day))
    rows = [{column.name: getattr(listing, column.name) for column in listings.c} for listing in in_order]
    return await insert_new(connection, listings, rows)


async def save_fetch(connection: AsyncConnection, result: FetchResult, day: date) -> None:
    """Record when the list of `day` was fetched; an older fetch, imported later, changes nothing."""
    row = {"source": result.source, "day": day, "fetched_at": result.seen_at, "papers": len(result.listings)}
    await upsert(connection, fetches, [row], _newer)


async def read_days(connection: AsyncConnection, until: date, limit: int) -> list[date]:
    """Return the newest days up to `until` that have a list, newest first."""
    day = listings.c.day
    days = await connection.scalars(sa.select(day).distinct().where(day <= until).order_by(day.desc()).limit(limit))
    return [each for each in days if legible(each, None)]


async def read_lists_of(
    connection: AsyncConnection, paper_id: str, first: date, last: date
) -> dict[tuple[str, date], frozenset[str]]:
    """Return the newest list of each source from `first` to `last` that has a paper, with the ids of its papers."""
    own, other = listings.alias("own"), listings.alias("other")
    newest = (
        sa.select(own.c.source, sa.func.max(own.c.day).label("day"))
        .where(own.c.paper_id == paper_id, own.c.day.between(first, last))
        .group_by(own.c.source)
        .subquery()
    )
    query = sa.select(other.c.source, other.c.day, other.c.paper_id).join(
        newest, (newest.c.source == other.c.source) & (newest.c.day == other.c.day)
    )
    found: defaultdict[tuple[str, date], set[str]] = defaultdict(set)
    rows = readable(await connection.execute(query), lambda row: (row["source"], row["day"], row["paper_id"]), "lists")
    for source, day, id in rows:
        found[source, day].add(id)
    return {each: frozenset(ids) for each, ids in found.items()}


async def read_fetches(connection: AsyncConnection, source: str) -> dict[date, datetime]:
    """Return when the list of each day was last fetched."""
    rows = await connection.execute(sa.select(fetches.c.day, fetches.c.fetched_at).where(fetches.c.source == source))
    return dict(readable(rows, lambda row: (row["day"], row["fetched_at"]), "fetches"))


async def read_complete(connection: AsyncConnection, since: date) -> frozenset[date]:
    """Return the days whose list was fetched after the day was over and is therefore final."""
    rows = await connection.execute(sa.select(fetches.c.day, fetches.c.fetched_at).where(fetches.c.day >= since))
    fetched = readable(rows, lambda row: (row["day"], row["fetched_at"]), "fetches")
    return frozenset(day for day, at in fetched if at.date() > day)


def _newer(insert: Insert) -> dict[str, sa.ColumnElement[Any]]:
    told, known = insert.excluded, fetches.c
    newer = told.fetched_at >= known.fetched_at
    return {name: sa.case((newer, told[name]), else_=known[name]) for name in ("fetched_at", "papers")}
