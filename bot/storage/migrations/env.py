"""Alembic runs this for each of its commands; the connection comes from `bot.storage.migrate`."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.storage.schema import metadata


def _lasting(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Writes a migration in SQLAlchemy's own types: ours may change, what a migration did may not."""
    if kind == "type" and isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite alters a table by building it anew
    render_as_batch=True,
    render_item=_lasting,
    compare_server_default=True,
)
context.run_migrations()
