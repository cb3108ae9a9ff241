"""Who subscribed and what they were told, names of chats and their servers, and who manages a chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"

_EMPTY = sa.text("''")
_NOTICE = sa.text("notice_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("person", sa.Text(), nullable=False, server_default=_EMPTY))
    op.add_column("subscriptions", sa.Column("notice_at", sa.DateTime(timezone=True)))
    op.add_column("subscriptions", sa.Column("notified", sa.Text(), nullable=False, server_default=_EMPTY))
    op.create_index("ix_subscriptions_surface_person", "subscriptions", ["surface", "person"])
    op.create_index(
        "ix_subscriptions_notice",
        "subscriptions",
        ["surface", "notice_at"],
        sqlite_where=_NOTICE,
        postgresql_where=_NOTICE,
    )
    op.create_table(
        "chat_details",
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("surface", "chat", "thread", name=op.f("pk_chat_details")),
    )
    op.create_index("ix_chat_details_surface_space", "chat_details", ["surface", "space"])
    op.create_table(
        "chat_managers",
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("surface", "chat", "thread", "person", name=op.f("pk_chat_managers")),
    )
    op.create_index("ix_chat_managers_surface_person", "chat_managers", ["surface", "person"])
