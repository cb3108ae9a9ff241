"""What is done to messages after they were sent (edits, threads), who was greeted, and the options of subscriptions.

Existing subscriptions get neither edits nor threads.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_OPEN = sa.text("state IN ('planned', 'claimed', 'sending')")


def upgrade() -> None:
    for name in ("living", "discussion"):
        op.add_column("subscriptions", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "follow_ups",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("delivery_id", _NUMBER, nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("visible_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_follow_ups_delivery_id_deliveries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("delivery_id", "kind", "number", name=op.f("uq_follow_ups_delivery_id_kind_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_follow_ups_open", "follow_ups", ["surface", "visible_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_table(
        "greetings",
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("surface", "chat", "thread", name=op.f("pk_greetings")),
    )
