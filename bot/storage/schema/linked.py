"""Tables of what is linked to papers: repositories, stories, models. All of it can be asked for again."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import LocalDate, Number, PlainText, UtcDateTime
from bot.storage.schema.base import metadata

#: repositories of papers' code; there is no foreign key, as several papers can share one
repositories = sa.Table(
    "repositories",
    metadata,
    # "owner/name" in lower case
    sa.Column("repository", PlainText, primary_key=True),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    # a `RepositoryState`
    sa.Column("state", PlainText, nullable=False),
    sa.Column("moved_to", PlainText, nullable=False),
    sa.Column("first_day", LocalDate),
    sa.Index(None, "asked_at"),
)

star_days = sa.Table(
    "star_days",
    metadata,
    sa.Column("repository", PlainText, primary_key=True),
    sa.Column("day", LocalDate, primary_key=True),
    sa.Column("stars", Number, nullable=False),
)

stories = sa.Table(
    "stories",
    metadata,
    sa.Column("paper_id", PlainText, primary_key=True),
    sa.Column("story_id", PlainText, primary_key=True),
    sa.Column("points", Number, nullable=False),
    sa.Column("comments", Number, nullable=False),
    sa.Column("posted_at", UtcDateTime, nullable=False),
)

artifact_totals = sa.Table(
    "artifact_totals",
    metadata,
    sa.Column("paper_id", PlainText, primary_key=True),
    # an `ArtifactKind`
    sa.Column("kind", PlainText, primary_key=True),
    sa.Column("total", Number, nullable=False),
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("paper_id", PlainText, primary_key=True),
    sa.Column("kind", PlainText, primary_key=True),
    sa.Column("name", PlainText, primary_key=True),
    sa.Column("likes", Number, nullable=False),
    sa.Column("downloads", Number, nullable=False),
)

#: when a source was last asked about a paper
lookups = sa.Table(
    "lookups",
    metadata,
    sa.Column("paper_id", PlainText, primary_key=True),
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("looked_up_at", UtcDateTime, nullable=False),
)
