"""Notices of uncertain digests, so that they are edited once it is known what became of the digests.

Notices that were sent before stay as they are: the ids of their messages are not known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_OPEN = sa.text("NOT closed")


def upgrade() -> None:
    op.create_table(
        "sent_notices",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("visible_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_sent_notices_open", "sent_notices", ["surface", "visible_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("ix_sent_notices_surface_chat_thread", "sent_notices", ["surface", "chat", "thread"])
    op.create_table(
        "sent_notice_digests",
        sa.Column("notice_id", _NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("delivery_id", _NUMBER, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["sent_notices.id"],
            name=op.f("fk_sent_notice_digests_notice_id_sent_notices"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_sent_notice_digests_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "number", name=op.f("pk_sent_notice_digests")),
    )
    op.create_index("ix_sent_notice_digests_delivery_id", "sent_notice_digests", ["delivery_id"])
