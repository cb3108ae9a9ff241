"""Why a source could not be read: a code and a detail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("sources", sa.Column("trouble_detail", sa.Text(), nullable=False, server_default=sa.text("''")))
    sources = sa.table("sources", sa.column("trouble", sa.Text()), sa.column("trouble_detail", sa.Text()))
    # clauses of earlier versions; the next fetch replaces them
    op.execute(
        sources.update().where(sources.c.trouble != "").values(trouble_detail=sources.c.trouble, trouble="other")
    )
