"""What an interaction arrived as, so that another process can answer it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("interactions", sa.Column("origin", sa.Text(), nullable=True))
