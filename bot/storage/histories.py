"""Histories: papers of some days with their observations over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.observations import History, Observation
from bot.domain.papers import Listing, ListingKind
from bot.domain.sources import SAMPLE
from bot.storage.columns import Garbled
from bot.storage.papers import FACTS, WHOLE, listed_paper, read_paper
from bot.storage.rows import batches, legible, readable
from bot.storage.schema import listings, observations, papers
from bot.storage.upsert import insert_new

#: papers per statement; databases limit the number of parameters
_AT_ONCE = 500
_LISTING = ("paper_id", "source", "day", "category", "kind")
#: number of recent observations searched for a readable one
_MAX_SEARCHED = 1000


async def save_observations(connection: AsyncConnection, seen: Iterable[Observation]) -> int:
    """Insert new observations; existing ones are not changed. Return the number of new ones."""
    in_order = sorted(seen, key=lambda one: (one.paper_id, one.source, one.seen_at))
    rows = [{column.name: getattr(one, column.name) for column in observations.c} for one in in_order]
    return await insert_new(connection, observations, rows)


async def read_histories(
    connection: AsyncConnection, first: date, last: date, since: datetime, until: datetime | None
) -> list[History]:
    """Return the papers on any list from `first` to `last`, newest list first, with observations after `since`.

    For each source the last observation at or before `since` is included, as the base of a vote rate. Observations
    after `until` are left out.
    """
    lists = await _read_listings(connection, first, last)
    found, seen = list[History](), dict[str, list[Observation]]()
    # papers are named, because a database that joins the lists of weeks with a million papers reads all of these
    for some in batches(sorted(lists)):
        told = sa.select(*FACTS, papers.c.first_seen_at).where(papers.c.id.in_(some))
        found += readable(await connection.execute(told), lambda row: _listed(row, lists[row["id"]]), "papers")
        observed = sa.select(observations).where(observations.c.paper_id.in_(some), _visible(since, until))
        seen |= await _read_observations(connection, observed)
    found.sort(key=lambda known: (known.paper.listed_on or date.min, known.paper.id), reverse=True)
    return _joined(found, seen)


async def read_history(connection: AsyncConnection, paper_id: str, until: datetime) -> History | None:
    """Return a paper with its observations up to `until`, or None."""
    query = WHOLE.add_columns(papers.c.first_seen_at).where(papers.c.id == paper_id)
    told = _read_known(await connection.execute(query))
    if not told:
        return None
    seen = sa.select(observations).where(observations.c.paper_id == paper_id, observations.c.seen_at <= until)
    return _joined(told, await _read_observations(connection, seen))[0]


async def read_observations(
    connection: AsyncConnection, paper_ids: Collection[str], until: datetime
) -> dict[str, tuple[Observation, ...]]:
    """Return all observations of some papers up to `until`, oldest first, by paper id."""
    found: dict[str, tuple[Observation, ...]] = {}
    ids = sorted(set(paper_ids))
    for start in range(0, len(ids), _AT_ONCE):
        of_these = observations.c.paper_id.in_(ids[start : start + _AT_ONCE]) & (observations.c.seen_at <= until)
        seen = await _read_observations(connection, sa.select(observations).where(of_these))
        found |= {paper_id: _without_sample(each) for paper_id, each in seen.items()}
    return found


async def newest_moment(connection: AsyncConnection, until: datetime | None = None) -> datetime | None:
    """Return the time of the last observation, or None."""
    known = observations.c.seen_at <= until if until is not None else sa.true()
    newest: datetime | Garbled | None = await connection.scalar(
        sa.select(sa.func.max(observations.c.seen_at)).where(known)
    )
    if not isinstance(newest, Garbled):
        return newest
    some = sa.select(observations.c.seen_at).where(known).order_by(observations.c.seen_at.desc()).limit(_MAX_SEARCHED)
    moments = [moment for moment in await connection.scalars(some) if legible(moment, None)]
    return max(moments, default=None)


def _visible(since: datetime, until: datetime | None) -> sa.ColumnElement[bool]:
    before = observations.alias("before")
    last_before = (
        sa.select(sa.func.max(before.c.seen_at))
        .where(
            before.c.paper_id == observations.c.paper_id,
            before.c.source == observations.c.source,
            before.c.seen_at <= since,
        )
        .correlate(observations)
        .scalar_subquery()
    )
    seen_at = observations.c.seen_at
    from_then_on = (seen_at > since) | (seen_at == last_before)
    return from_then_on if until is None else (seen_at <= until) & from_then_on


async def _read_observations(
    connection: AsyncConnection, query: sa.Select[*tuple[object, ...]]
) -> dict[str, list[Observation]]:
    """Return the observations by paper, oldest first."""
    seen: defaultdict[str, list[Observation]] = defaultdict(list)
    rows = await connection.execute(query.order_by(observations.c.seen_at, observations.c.source))
    for one in readable(rows, lambda row: Observation(**row), "observations"):
        seen[one.paper_id].append(one)
    return seen


async def _read_listings(connection: AsyncConnection, first: date, last: date) -> dict[str, list[Listing]]:
    """Return the lists from `first` to `last`, by paper."""
    # the order of the index
    query = sa.select(listings).where(listings.c.day.between(first, last)).order_by(listings.c.day, listings.c.paper_id)
    found: defaultdict[str, list[Listing]] = defaultdict(list)
    for one in readable(await connection.execute(query), _listing, "listings"):
        found[one.paper_id].append(one)
    return found


def _listing(row: Mapping[str, Any]) -> Listing:
    paper_id, source, day, category, kind = (row[name] for name in _LISTING)
    return Listing(paper_id=paper_id, source=source, day=day, category=category, kind=ListingKind(kind))


def _listed(row: Mapping[str, Any], lists: Sequence[Listing]) -> History:
    """Return the paper of a row that is on these lists."""
    by_category = tuple(lists) if any(listing.category for listing in lists) else ()
    newest, sources = max(listing.day for listing in lists), (listing.source for listing in lists)
    return History(listed_paper(row, newest, sources, by_category), first_seen_at=row["first_seen_at"])


def _read_known(rows: Iterable[sa.Row[*tuple[Any, ...]]]) -> list[History]:
    """Return the papers, without observations, of rows with `first_seen_at`."""
    return readable(rows, lambda row: History(read_paper(row), first_seen_at=row["first_seen_at"]), "papers")


def _joined(told: Sequence[History], seen: dict[str, list[Observation]]) -> list[History]:
    return [replace(known, observations=_without_sample(seen.get(known.paper.id, []))) for known in told]


def _without_sample(seen: Sequence[Observation]) -> tuple[Observation, ...]:
    """Drop the sample's numbers if there are real ones: both come from Hugging Face and would count twice."""
    real = tuple(one for one in seen if one.source != SAMPLE)
    return real or tuple(seen)
