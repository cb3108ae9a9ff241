"""Generation of the ledger, and reason codes, expiry and notices of deliveries."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NOTICES = sa.text("notice_at IS NOT NULL")


def upgrade() -> None:
    generations = op.create_table(
        "generations",
        sa.Column("database_id", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("database_id", name=op.f("pk_generations")),
    )
    never = datetime(1970, 1, 1, tzinfo=UTC)
    op.bulk_insert(generations, [{"database_id": _database_id(), "generation": 0, "raised_at": never}])
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


def _database_id() -> str:
    """Return the same id for every copy of a migrated database, so that copies of an older version are recognized."""
    oldest = sa.text("SELECT id, surface, chat, created_at FROM subscriptions ORDER BY id LIMIT 1")
    first = op.get_bind().execute(oldest).one_or_none()
    return (
        hashlib.blake2b(repr(tuple(map(str, first))).encode(), digest_size=16).hexdigest()
        if first
        else uuid.uuid4().hex
    )
