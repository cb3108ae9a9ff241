"""In which category a paper was listed, and whether as new or cross-listed. Of existing rows neither is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_KEY = ["paper_id", "source", "day", "category"]


def upgrade() -> None:
    category = sa.Column("category", sa.Text(), nullable=False, server_default=sa.text("''"))
    kind = sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("''"))
    # SQLite cannot change a primary key, so the table is copied there
    with op.batch_alter_table("listings") as table:
        table.add_column(category)
        table.add_column(kind)
        table.drop_constraint("pk_listings", type_="primary")
        table.create_primary_key("pk_listings", _KEY)
