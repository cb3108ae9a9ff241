"""Sources that are listed by category: states and turns of requests; whose lists a subscription waits for; news."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "category_lists",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
        sa.Column("succeeded_at", sa.DateTime(timezone=True)),
        sa.Column("new_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True)),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("trouble_detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "category", name=op.f("pk_category_lists")),
    )
    op.create_table(
        "source_turns",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("free_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_source_turns")),
    )
    op.add_column("subscriptions", sa.Column("announcer", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("sources", sa.Column("new_at", sa.DateTime(timezone=True)))
