"""Embeddings with their text's length and their time. Those of earlier encoders are dropped and computed again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.drop_table("vectors")
    op.create_table(
        "vectors",
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_vectors_paper_id_papers")),
        sa.PrimaryKeyConstraint("paper_id", "encoder", name=op.f("pk_vectors")),
    )
    op.create_index(op.f("ix_vectors_encoder_made_at_paper_id"), "vectors", ["encoder", "made_at", "paper_id"])
