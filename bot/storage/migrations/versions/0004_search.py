"""Index for the change feed of papers."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index(op.f("ix_papers_last_seen_at_id"), "papers", ["last_seen_at", "id"])
