"""The preprint server of a paper and its other ids; papers up to now are on arXiv and have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("papers", sa.Column("server", sa.Text(), nullable=False, server_default=sa.text("'arxiv'")))
    op.add_column("papers", sa.Column("aliases", sa.Text(), nullable=False, server_default=sa.text("'[]'")))
    op.create_table(
        "paper_aliases",
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name="fk_paper_aliases_paper_id_papers"),
        sa.PrimaryKeyConstraint("alias", name="pk_paper_aliases"),
    )
    op.create_index("ix_paper_aliases_paper_id", "paper_aliases", ["paper_id"])
    for table in ("votes", "saved_papers", "taste_papers"):
        op.create_index(f"ix_{table}_paper_id", table, ["paper_id"])
