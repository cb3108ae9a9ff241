"""Repository of artifacts that are linked to papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.artifacts import Artifact, ArtifactKind, LinkedArtifacts, most_liked_first
from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import artifact_totals, artifacts
from bot.storage.upsert import upsert


class Artifacts:
    """The number of artifacts by paper and kind, and some of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, paper_id: str) -> tuple[LinkedArtifacts, ...]:
        """Return the artifacts of a paper by kind, without kinds that have none."""
        total = sa.select(artifact_totals).where(artifact_totals.c.paper_id == paper_id)
        each = sa.select(artifacts).where(artifacts.c.paper_id == paper_id)
        async with self._database.read() as connection:
            totals = dict(
                readable(
                    await connection.execute(total.where(artifact_totals.c.total > 0)),
                    lambda row: (ArtifactKind(row["kind"]), row["total"]),
                    "artifact_totals",
                )
            )
            known: defaultdict[ArtifactKind, list[Artifact]] = defaultdict(list)
            for found in readable(
                await connection.execute(each) if totals else (),
                lambda row: Artifact(
                    kind=ArtifactKind(row["kind"]), name=row["name"], likes=row["likes"], downloads=row["downloads"]
                ),
                "artifacts",
            ):
                known[found.kind].append(found)
        return tuple(
            LinkedArtifacts(
                paper_id=paper_id,
                kind=kind,
                total=totals[kind],
                artifacts=tuple(sorted(known[kind], key=most_liked_first)),
            )
            for kind in ArtifactKind
            if kind in totals
        )


async def save_artifacts(connection: AsyncConnection, told: Sequence[LinkedArtifacts]) -> int:
    """Replace the artifacts of papers by kind. Return by how many the totals have grown."""
    grown = 0
    for linked in sorted(told, key=lambda each: (each.paper_id, each.kind)):
        key = (artifact_totals.c.paper_id == linked.paper_id) & (artifact_totals.c.kind == linked.kind)
        before = await connection.scalar(sa.select(artifact_totals.c.total).where(key)) or 0
        grown += max(0, linked.total - before)
        of = {"paper_id": linked.paper_id, "kind": linked.kind}
        await upsert(connection, artifact_totals, [of | {"total": linked.total}])
        rows = [
            of | {"name": each.name, "likes": each.likes, "downloads": each.downloads}
            for each in sorted(linked.artifacts, key=lambda each: each.name)
        ]
        await upsert(connection, artifacts, rows)
        gone = artifacts.c.name.not_in([row["name"] for row in rows])
        here = (artifacts.c.paper_id == linked.paper_id) & (artifacts.c.kind == linked.kind)
        await connection.execute(sa.delete(artifacts).where(here, gone))
    return grown
