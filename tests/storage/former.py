"""Databases as earlier versions left them, for tests of the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import command

from bot.storage import migrate
from tests.databases import connected

CREATED = datetime(2026, 4, 1, tzinfo=UTC)
#: the columns that every revision's subscriptions have
_SUBSCRIPTION: dict[str, object] = {
    "surface": "test",
    "chat": "1",
    "thread": "",
    "query": "agents",
    "at": time(9),
    "zone": "UTC",
    "days": 127,
    "announced": False,
    "size": 10,
    "threshold": 0,
    "empty": "note",
    "silent": False,
    "role": "",
    "paused": "",
    "created_at": CREATED,
}


@contextmanager
def former_schema(url: str, revision: str) -> Iterator[sa.Connection]:
    """Make the tables of an earlier revision in an empty database; yield a connection that commits each statement."""
    with connected(url) as connection:
        command.upgrade(migrate.alembic_config(connection), revision)
        yield connection


def add_row(connection: sa.Connection, table: str, **values: object) -> None:
    """Insert a row into a table of the earlier schema."""
    described = sa.Table(table, sa.MetaData(), autoload_with=connection)
    connection.execute(sa.insert(described).values(values))


def add_subscription(connection: sa.Connection, **values: object) -> None:
    """Insert a daily subscription to agents at 9:00 UTC, but for the values given."""
    add_row(connection, "subscriptions", **{**_SUBSCRIPTION, **values})
