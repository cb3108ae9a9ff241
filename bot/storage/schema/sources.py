"""Tables of sources: their state, and what their lists had at which time."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import LocalDate, Number, PlainText, Real, UtcDateTime
from bot.storage.schema.base import metadata

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("name", PlainText, primary_key=True),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("succeeded_at", UtcDateTime),
    sa.Column("failures", Number, nullable=False),
    sa.Column("retry_at", UtcDateTime),
    # a code, and its detail
    sa.Column("trouble", PlainText, nullable=False),
    sa.Column("trouble_detail", PlainText, nullable=False, server_default=sa.text("''")),
    # last fetch with something that was not stored before
    sa.Column("new_at", UtcDateTime),
)

fetches = sa.Table(
    "fetches",
    metadata,
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("day", LocalDate, primary_key=True),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("papers", Number, nullable=False),
)

listings = sa.Table(
    "listings",
    metadata,
    # the primary key starts with the paper, so listings of a paper need no further index
    sa.Column("paper_id", PlainText, sa.ForeignKey("papers.id"), primary_key=True),
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("day", LocalDate, primary_key=True),
    # empty if the source has one list for all, and in rows older than the column
    sa.Column("category", PlainText, primary_key=True, server_default=sa.text("''")),
    # a `ListingKind`
    sa.Column("kind", PlainText, nullable=False, server_default=sa.text("''")),
    # covering index for the papers on the lists of some days
    sa.Index(None, "day", "paper_id"),
)

observations = sa.Table(
    "observations",
    metadata,
    sa.Column("paper_id", PlainText, sa.ForeignKey("papers.id"), primary_key=True),
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("seen_at", UtcDateTime, primary_key=True),
    sa.Column("votes", Number, nullable=False),
    sa.Column("comments", Number),
    sa.Column("stars", Number),
    sa.Index(None, "seen_at"),
)

#: state of each category of sources that are listed by category
category_lists = sa.Table(
    "category_lists",
    metadata,
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("category", PlainText, primary_key=True),
    sa.Column("mark", PlainText, nullable=False),
    sa.Column("day", LocalDate),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("succeeded_at", UtcDateTime),
    sa.Column("new_at", UtcDateTime),
    sa.Column("outcome", PlainText, nullable=False),
    sa.Column("failures", Number, nullable=False),
    sa.Column("retry_at", UtcDateTime),
    sa.Column("trouble", PlainText, nullable=False),
    sa.Column("trouble_detail", PlainText, nullable=False),
)

#: turns of sources that allow one request at a time to all processes of an installation
source_turns = sa.Table(
    "source_turns",
    metadata,
    sa.Column("name", PlainText, primary_key=True),
    sa.Column("owner", PlainText, nullable=False),
    # seconds since 1970 by the database's clock
    sa.Column("free_at", Real, nullable=False),
)
