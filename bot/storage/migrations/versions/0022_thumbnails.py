"""The pictures of papers, and whether a subscription's digests show them.

Papers get their picture when they are fetched again; digests of existing subscriptions show them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("papers", sa.Column("thumbnail_url", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("subscriptions", sa.Column("thumbnails", sa.Boolean(), nullable=False, server_default=sa.true()))
