"""Stars of repositories, stories about papers, and artifacts linked to papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "repositories",
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("repository", name=op.f("pk_repositories")),
    )
    op.create_index(op.f("ix_repositories_asked_at"), "repositories", ["asked_at"])
    op.create_table(
        "star_days",
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("repository", "day", name=op.f("pk_star_days")),
    )
    op.create_table(
        "stories",
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "story_id", name=op.f("pk_stories")),
    )
    op.create_table(
        "artifact_totals",
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "kind", name=op.f("pk_artifact_totals")),
    )
    op.create_table(
        "artifacts",
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "kind", "name", name=op.f("pk_artifacts")),
    )
    op.create_table(
        "lookups",
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "source", name=op.f("pk_lookups")),
    )
