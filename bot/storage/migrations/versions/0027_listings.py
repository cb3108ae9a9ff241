"""In which category a paper was listed, and as what; indexes of papers of which something is asked for again.

Of existing listings neither is known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_KEY = ["paper_id", "source", "day", "category"]
_WITHOUT_CATEGORIES = sa.text("categories = '[]' AND server = 'arxiv'")
_UNDATED = sa.text("published_at IS NULL")


def upgrade() -> None:
    category = sa.Column("category", sa.Text(), nullable=False, server_default=sa.text("''"))
    kind = sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("''"))
    # SQLite cannot change a primary key, so the table is copied there
    with op.batch_alter_table("listings") as table:
        table.add_column(category)
        table.add_column(kind)
        table.drop_constraint("pk_listings", type_="primary")
        table.create_primary_key("pk_listings", _KEY)
    for name, condition in (("without_categories", _WITHOUT_CATEGORIES), ("undated", _UNDATED)):
        op.create_index(f"ix_papers_{name}", "papers", ["id"], sqlite_where=condition, postgresql_where=condition)
