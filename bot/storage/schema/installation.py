"""Tables of the installation: its processes, their claims and allowances."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import PlainText, Real, UtcDateTime
from bot.storage.schema.base import metadata

generations = sa.Table(
    "generations",
    metadata,
    # assigned once; copies of the database share it
    sa.Column("database_id", PlainText, primary_key=True),
    # raised before each batch of sends
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("raised_at", UtcDateTime, nullable=False),
)

interactions = sa.Table(
    "interactions",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    # the platform's interaction id
    sa.Column("interaction", PlainText, primary_key=True),
    # the worker that holds the claim and may finish it
    sa.Column("owner", PlainText, nullable=False),
    sa.Column("claimed_at", UtcDateTime, nullable=False),
    # after this it can be claimed again; if it is finished, only to answer it
    sa.Column("leased_until", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    # what it arrived as, until it is answered; it may contain a token with which it can be answered
    sa.Column("origin", PlainText),
    sa.Index(None, "claimed_at"),
)

budgets = sa.Table(
    "budgets",
    metadata,
    sa.Column("key", PlainText, primary_key=True),
    # seconds since 1970 by the database's clock
    sa.Column("digests", Real, nullable=False),
    sa.Column("answers", Real, nullable=False),
)

shard_leases = sa.Table(
    "shard_leases",
    metadata,
    sa.Column("application", PlainText, primary_key=True),
    sa.Column("owner", PlainText, primary_key=True),
    sa.Column("first_shard", sa.Integer, nullable=False),
    sa.Column("last_shard", sa.Integer, nullable=False),
    sa.Column("shard_count", sa.Integer, nullable=False),
    sa.Column("state", PlainText, nullable=False),
    sa.Column("heartbeat_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("name", PlainText, primary_key=True),
    sa.Column("text", PlainText, nullable=False),
    sa.Column("noted_at", UtcDateTime, nullable=False),
)
