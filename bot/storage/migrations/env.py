"""Alembic environment; the connection comes from `bot.storage.migrate`."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.storage.schema import metadata


def _lasting(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Render columns with SQLAlchemy's own types, because ours may change after the migration is written."""
    if kind == "type" and isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite alters a table by rebuilding it
    render_as_batch=True,
    render_item=_lasting,
    compare_server_default=True,
)
context.run_migrations()
