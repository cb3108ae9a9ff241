"""Change feed of papers, for derived data such as the search index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.papers import Paper
from bot.storage.columns import UtcDateTime
from bot.storage.database import Database
from bot.storage.papers import WHOLE, read_paper
from bot.storage.rows import batches, legible_values, readable
from bot.storage.schema import observations, papers


@dataclass(frozen=True, slots=True)
class ChangedPaper:
    """A paper in its current state."""

    paper: Paper
    #: the highest number that any source reported
    votes: int
    #: when a source last reported it
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """Some of the papers reported since a moment, in order."""

    #: the readable ones
    papers: Sequence[ChangedPaper]
    #: time and id after which to continue; None at the end
    until: tuple[datetime, str] | None


class ChangedPapers:
    """Papers in the order in which sources last reported them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: datetime | None, after: str, limit: int) -> Changes:
        """Return at most `limit` papers reported after `moment`, or at `moment` with an id greater than `after`."""
        seen_at = papers.c.last_seen_at
        query = sa.select(papers.c.id, seen_at.label("seen_at")).order_by(seen_at, papers.c.id)
        if moment is not None:
            # a row value comparison can use the index
            query = query.where(sa.tuple_(seen_at, papers.c.id) > sa.tuple_(sa.literal(moment, UtcDateTime), after))
        async with self._database.read() as connection:
            rows = await connection.execute(query.limit(limit))
            places = readable(rows, lambda row: (row["seen_at"], row["id"]), "papers")
        known = {each.paper.id: each for each in await self.of([paper_id for _, paper_id in places])}
        return Changes([known[paper_id] for _, paper_id in places if paper_id in known], places[-1] if places else None)

    async def of(self, paper_ids: Sequence[str]) -> list[ChangedPaper]:
        """Return the papers with these ids that are known."""
        query = WHOLE.add_columns(papers.c.last_seen_at.label("seen_at"))
        return [
            change for some in batches(paper_ids) for change in await self._read(query.where(papers.c.id.in_(some)))
        ]

    async def ids(self, after: str, limit: int) -> list[str]:
        """Return at most `limit` ids greater than `after`, in order."""
        query = sa.select(papers.c.id).where(papers.c.id > after).order_by(papers.c.id).limit(limit)
        async with self._database.read() as connection:
            return legible_values((await connection.execute(query)).scalars())

    async def _read(self, query: sa.Select[*tuple[object, ...]]) -> list[ChangedPaper]:
        async with self._database.read() as connection:
            told = readable(await connection.execute(query), _read, "papers")
            votes: dict[str, int] = {}
            for some in batches([paper.id for paper, _ in told]):
                most = sa.select(observations.c.paper_id, sa.func.max(observations.c.votes))
                grouped = most.where(observations.c.paper_id.in_(some)).group_by(observations.c.paper_id)
                rows = await connection.execute(grouped)
                votes |= readable(rows, lambda row: tuple(row.values()), "observations")
        return [ChangedPaper(paper, votes.get(paper.id, 0), seen_at) for paper, seen_at in told]


def _read(row: Mapping[str, Any]) -> tuple[Paper, datetime]:
    return read_paper(row), row["seen_at"]
