"""The generation of the ledger, the reason codes of deliveries, how long they are tried, and notices about doubts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"

_NOTICES = sa.text("notice_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "generations",
        sa.Column("database_id", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("database_id", name=op.f("pk_generations")),
    )
    op.add_column("deliveries", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("deliveries", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_deliveries_notice",
        "deliveries",
        ["surface", "notice_at"],
        sqlite_where=_NOTICES,
        postgresql_where=_NOTICES,
    )
