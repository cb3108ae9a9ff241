"""Repository of papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.papers import Listing, Paper
from bot.storage.aliases import keys_of
from bot.storage.columns import Strings, UtcDateTime, storable
from bot.storage.database import Database
from bot.storage.rows import batches, legible_values, readable
from bot.storage.schema import UNDATED, WITHOUT_CATEGORIES, listings, papers
from bot.storage.upsert import Insert, upsert

#: papers decoded at once where there may be thousands
_PIECE = 100
#: papers whose categories are counted
_COUNTED = 20_000
#: each word adds a level to SQLite's expression tree, whose depth is limited to 1,000
MOST_WORDS = 100
#: longer than any text of a paper; SQLite rejects patterns of 50,000 bytes
LONGEST_WORD = 5000

#: columns that are fields of a paper; `listed_on` is derived from the listings
FACTS = [papers.c[field.name] for field in fields(Paper) if field.name in papers.c]
_FACT_NAMES = [column.name for column in FACTS]

#: the newest day on whose list the paper is
LISTED_ON = sa.select(sa.func.max(listings.c.day)).where(listings.c.paper_id == papers.c.id).scalar_subquery()

#: names of the sources on whose lists it is, once for each day
LISTED_BY = (
    sa.select(sa.func.aggregate_strings(listings.c.source, ","))
    .where(listings.c.paper_id == papers.c.id)
    .scalar_subquery()
)

WHOLE = sa.select(*FACTS, LISTED_ON.label("listed_on"), LISTED_BY.label("listed_by"))
NEWEST_FIRST: tuple[sa.UnaryExpression[Any], ...] = (sa.desc("listed_on").nulls_last(), papers.c.id.desc())


class Papers:
    """All papers from any fetch result."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, paper_id: str) -> Paper | None:
        """Return the paper, or None."""
        found = await self.many([paper_id])
        return found[0] if found else None

    async def many(self, paper_ids: Sequence[str]) -> list[Paper]:
        """Return the papers in the given order, without unknown ones. An alias stands for its paper, once."""
        async with self._database.read() as connection:
            found = await _read_by_id(connection, paper_ids)
            if aliases := await keys_of(connection, (id for id in paper_ids if id not in found)):
                found |= await _read_by_id(connection, sorted(set(aliases.values()) - found.keys()))
        keys = dict.fromkeys(aliases.get(paper_id, paper_id) for paper_id in paper_ids)
        return [found[key] for key in keys if key in found]

    async def count(self) -> int:
        """Return the number of papers."""
        async with self._database.read() as connection:
            return await connection.scalar(sa.select(sa.func.count()).select_from(papers)) or 0

    async def newest_ids(self, limit: int) -> list[str]:
        """Return at most `limit` ids of papers, those with the greatest ids first."""
        async with self._database.read() as connection:
            return legible_values(
                await connection.scalars(sa.select(papers.c.id).order_by(papers.c.id.desc()).limit(limit))
            )

    async def without_categories(self, limit: int, since: date | None = None) -> list[str]:
        """Return ids of papers on arXiv without categories, most recently listed first.

        With `since`, only papers on lists since a day are looked at, otherwise all papers.
        """
        query = sa.select(papers.c.id, LISTED_ON.label("listed_on")).where(WITHOUT_CATEGORIES)
        if since is not None:
            query = query.where(papers.c.id.in_(sa.select(listings.c.paper_id).where(listings.c.day >= since)))
        query = query.order_by(*NEWEST_FIRST).limit(limit)
        async with self._database.read() as connection:
            return [row.id for row in await connection.execute(query)]

    async def undated(self, since: date, sources: Sequence[str], limit: int) -> list[str]:
        """Return ids of papers without a date of publication that these sources have listed since a day."""
        if limit <= 0 or not sources:
            return []
        recent = sa.select(listings.c.paper_id).where(listings.c.day >= since, listings.c.source.in_(sources))
        query = sa.select(papers.c.id).where(papers.c.id.in_(recent), UNDATED).order_by(papers.c.id.desc())
        async with self._database.read() as connection:
            return legible_values(await connection.scalars(query.limit(limit)))

    async def recent_categories(self) -> Counter[str]:
        """Return how many papers each category has, and each archive ("cs" for "cs.CL").

        Only the 20,000 papers are counted that were reported last, because to count a million takes seconds.
        """
        newest = sa.select(papers.c.categories).order_by(papers.c.last_seen_at.desc(), papers.c.id.desc())
        recent = newest.limit(_COUNTED).subquery()
        query = sa.select(recent.c.categories, sa.func.count().label("papers")).group_by(recent.c.categories)
        counts = Counter[str]()
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                for name in {*row.categories, *(each.partition(".")[0] for each in row.categories)}:
                    counts[name] += row.papers
        return counts

    async def stored_categories(self, names: Iterable[str]) -> frozenset[str]:
        """Return those of some categories and archives that any paper has. Looks through all papers for the others."""
        found = set[str]()
        async with self._database.read() as connection:
            for name in dict.fromkeys(names):
                text = sa.type_coerce(papers.c.categories, sa.Text)
                has = text.contains(f'"{name}"', autoescape=True) | text.contains(f'"{name}.', autoescape=True)
                if await connection.scalar(sa.select(papers.c.id).where(has).limit(1)):
                    found.add(name)
        return frozenset(found)

    async def matching(self, words: Sequence[str], limit: int) -> list[Paper]:
        """Return papers in which every word occurs, ignoring case and word boundaries, newest first."""
        if any(len(word) > LONGEST_WORD for word in words):
            return []
        distinct = dict.fromkeys(storable(word).lower() for word in words)
        text = sa.func.lower(_searched())
        every = [text.contains(word, autoescape=True) for word in islice(distinct, MOST_WORDS)]
        async with self._database.read() as connection:
            # read in batches, between which the event loop can run
            rows = await connection.stream(WHOLE.where(*every).order_by(*NEWEST_FIRST).limit(limit))
            return [paper async for piece in rows.partitions(_PIECE) for paper in read_papers(piece)]


async def save_papers(connection: AsyncConnection, told: Iterable[Paper], seen_at: datetime) -> None:
    """Insert or merge papers: newer data replaces, older data fills gaps, and empty values never overwrite."""
    rows = [_row(paper, seen_at, seen_at) for paper in sorted(told, key=lambda paper: paper.id)]
    await upsert(connection, papers, rows, _merge)


async def save_gaps(connection: AsyncConnection, told: Iterable[Paper], seen_at: datetime) -> None:
    """Insert papers, or fill the gaps of those that are stored."""
    rows = [_row(paper, seen_at, seen_at) for paper in sorted(told, key=lambda paper: paper.id)]
    await upsert(connection, papers, rows, _fill)


async def fill_gaps(connection: AsyncConnection, keys: Mapping[str, str]) -> None:
    """Fill the gaps of stored papers with what is stored of others; `keys` maps these to those."""
    query = WHOLE.add_columns(papers.c.first_seen_at, papers.c.last_seen_at).where(papers.c.id.in_(sorted(keys)))
    found = readable(
        await connection.execute(query.order_by(papers.c.id)),
        lambda row: (read_paper(row), row["first_seen_at"], row["last_seen_at"]),
        "papers",
    )
    rows = [_row(replace(paper, id=keys[paper.id], server=""), first, last) for paper, first, last in found]
    await upsert(connection, papers, sorted(rows, key=lambda row: str(row["id"])), _fill)


async def known_ids(connection: AsyncConnection, paper_ids: Iterable[str]) -> set[str]:
    """Return the ids that are in the store."""
    return {
        row.id
        for some in batches(sorted(set(paper_ids)))
        for row in await connection.execute(sa.select(papers.c.id).where(papers.c.id.in_(some)))
    }


def read_papers(rows: Iterable[sa.Row[*tuple[Any, ...]]]) -> list[Paper]:
    """Return the papers of rows like those of `WHOLE`; unreadable ones are logged and left out."""
    return readable(rows, read_paper, "papers")


def read_paper(row: Mapping[str, Any]) -> Paper:
    """Return the paper of a row like those of `WHOLE`, which may have more columns."""
    return listed_paper(row, row["listed_on"], filter(None, (row["listed_by"] or "").split(",")))


def listed_paper(
    row: Mapping[str, Any], listed_on: date | None, listed_by: Iterable[str], lists: tuple[Listing, ...] = ()
) -> Paper:
    """Return the paper of a row with the columns of `FACTS` that is on some lists."""
    facts = {name: row[name] for name in _FACT_NAMES}
    return Paper(**facts, listed_on=listed_on, listed_by=tuple(sorted(set(listed_by))), listings=lists)


def _searched() -> sa.ColumnElement[str]:
    texts = (papers.c.title, papers.c.abstract, papers.c.summary, papers.c.keywords, papers.c.authors)
    whole: sa.ColumnElement[str] = sa.type_coerce(papers.c.organization, sa.Text)
    for text in texts:
        whole = whole + "\n" + sa.type_coerce(text, sa.Text)
    return whole


async def _read_by_id(connection: AsyncConnection, paper_ids: Sequence[str]) -> dict[str, Paper]:
    return {
        paper.id: paper
        for some in batches(paper_ids)
        for paper in read_papers(await connection.execute(WHOLE.where(papers.c.id.in_(some))))
    }


def _row(paper: Paper, first_seen_at: datetime, last_seen_at: datetime) -> dict[str, Any]:
    facts = {column.name: getattr(paper, column.name) for column in FACTS}
    # aliases are saved with their table
    return facts | {"aliases": (), "first_seen_at": first_seen_at, "last_seen_at": last_seen_at}


def _merge(insert: Insert) -> dict[str, sa.ColumnElement[Any]]:
    return _merged(insert, insert.excluded.last_seen_at >= papers.c.last_seen_at)


def _fill(insert: Insert) -> dict[str, sa.ColumnElement[Any]]:
    return _merged(insert, sa.false())


def _merged(insert: Insert, preferred: sa.ColumnElement[bool]) -> dict[str, sa.ColumnElement[Any]]:
    """Return the columns of a merged row: what was told where it is preferred or fills a gap."""
    told, known = insert.excluded, papers.c

    def better(name: str, by: str) -> sa.ColumnElement[Any]:
        chosen = ~_is_empty(told[by]) & (preferred | _is_empty(known[by]))
        return sa.case((chosen, told[name]), else_=known[name])

    merged = {column.name: better(column.name, column.name) for column in FACTS if column.name not in ("id", "aliases")}
    # a summary is merged together with its credit
    merged["summary_by"] = better("summary_by", by="summary")
    earlier, later = told.first_seen_at < known.first_seen_at, told.last_seen_at > known.last_seen_at
    merged["first_seen_at"] = sa.case((earlier, told.first_seen_at), else_=known.first_seen_at)
    merged["last_seen_at"] = sa.case((later, told.last_seen_at), else_=known.last_seen_at)
    return merged


def _is_empty(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    match column.type:
        case Strings():
            return column == sa.literal((), Strings)
        case UtcDateTime():
            return column.is_(None)
        case _:
            return column == ""
