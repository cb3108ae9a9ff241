"""The layout of a subscription's digests; existing subscriptions get the compact one and keep their size."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("layout", sa.Text(), nullable=False, server_default=sa.text("'compact'")))
