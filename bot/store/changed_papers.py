"""What the store has learned of papers since a moment, for those who keep something derived from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.models import Paper
from bot.store.engine import Database
from bot.store.papers import FACTS, LISTED_ON, batches
from bot.store.rows import readable
from bot.store.schema import observations, papers


@dataclass(frozen=True, slots=True)
class ChangedPaper:
    """A paper as it is known now."""

    paper: Paper
    #: the most that any source has seen
    votes: int
    #: when a source told of it last
    seen_at: datetime


class ChangedPapers:
    """Papers in the order in which sources told of them last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: datetime | None, after: str, limit: int) -> list[ChangedPaper]:
        """At most `limit` papers that were told of after `moment`, or at it and have an id above `after`."""
        seen_at = papers.c.last_seen_at
        query = sa.select(*FACTS, LISTED_ON.label("listed_on"), seen_at.label("seen_at")).order_by(seen_at, papers.c.id)
        if moment is not None:
            query = query.where((seen_at > moment) | ((seen_at == moment) & (papers.c.id > after)))
        return await self._read(query.limit(limit))

    async def of(self, paper_ids: Sequence[str]) -> list[ChangedPaper]:
        """The papers with these ids, as far as they are known."""
        query = sa.select(*FACTS, LISTED_ON.label("listed_on"), papers.c.last_seen_at.label("seen_at"))
        return [
            change for some in batches(paper_ids) for change in await self._read(query.where(papers.c.id.in_(some)))
        ]

    async def ids(self) -> set[str]:
        """The ids of all papers."""
        async with self._database.read() as connection:
            return set((await connection.execute(sa.select(papers.c.id))).scalars())

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
    return Paper(**{field.name: row[field.name] for field in fields(Paper)}), row["seen_at"]
