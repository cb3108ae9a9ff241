"""Repository of stories about papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.stories import Story
from bot.storage.database import Database
from bot.storage.rows import batches, readable
from bot.storage.schema import stories
from bot.storage.upsert import upsert


class Stories:
    """One row per paper and story, as last seen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def many(self, paper_ids: Collection[str]) -> dict[str, tuple[Story, ...]]:
        """Return the stories of papers, newest first, without papers that have none."""
        found: defaultdict[str, list[Story]] = defaultdict(list)
        async with self._database.read() as connection:
            for some in batches(sorted(set(paper_ids))):
                query = sa.select(stories).where(stories.c.paper_id.in_(some)).order_by(stories.c.posted_at.desc())
                for story in readable(await connection.execute(query), lambda row: Story(**row), "stories"):
                    found[story.paper_id].append(story)
        return {paper_id: tuple(each) for paper_id, each in found.items()}


async def save_stories(connection: AsyncConnection, told: Sequence[Story]) -> int:
    """Save stories; newer counts replace older ones. Return how many stories are new."""
    by_key = {(story.paper_id, story.story_id): story for story in told}
    known = 0
    for some in batches(sorted({story.paper_id for story in told})):
        rows = await connection.execute(
            sa.select(stories.c.paper_id, stories.c.story_id).where(stories.c.paper_id.in_(some))
        )
        known += sum((row.paper_id, row.story_id) in by_key for row in rows)
    in_order = [by_key[key] for key in sorted(by_key)]
    rows_told = [{column.name: getattr(story, column.name) for column in stories.c} for story in in_order]
    await upsert(connection, stories, rows_told)
    return len(by_key) - known
