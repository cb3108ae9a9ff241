"""The tables, declared once for SQLite and PostgreSQL. `migrations/` leads here; a test holds the two together."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.columns import PlainText, Strings, UtcDateTime

#: SQLite can only alter a constraint that has a name
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMES)

papers = sa.Table(
    "papers",
    metadata,
    sa.Column("id", PlainText, primary_key=True),
    sa.Column("title", PlainText, nullable=False),
    sa.Column("abstract", PlainText, nullable=False),
    sa.Column("summary", PlainText, nullable=False),
    sa.Column("summary_by", PlainText, nullable=False),
    sa.Column("authors", Strings, nullable=False),
    sa.Column("organization", PlainText, nullable=False),
    sa.Column("categories", Strings, nullable=False),
    sa.Column("keywords", Strings, nullable=False),
    sa.Column("published_at", UtcDateTime),
    sa.Column("code_url", PlainText, nullable=False),
    sa.Column("project_url", PlainText, nullable=False),
    # the oldest and the newest harvest that told of the paper: an old one, imported late, only fills gaps
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
    sa.Column("last_seen_at", UtcDateTime, nullable=False),
)

listings = sa.Table(
    "listings",
    metadata,
    # the primary key begins with the paper, so "all listings of a paper" needs no index of its own
    sa.Column("paper_id", PlainText, sa.ForeignKey("papers.id"), primary_key=True),
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    # answers "who stands on the lists of these days" without a look at the table
    sa.Index(None, "day", "paper_id"),
)

observations = sa.Table(
    "observations",
    metadata,
    sa.Column("paper_id", PlainText, sa.ForeignKey("papers.id"), primary_key=True),
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("seen_at", UtcDateTime, primary_key=True),
    sa.Column("votes", sa.Integer, nullable=False),
    sa.Column("comments", sa.Integer),
    sa.Column("stars", sa.Integer),
    sa.Index(None, "seen_at"),
)

fetches = sa.Table(
    "fetches",
    metadata,
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("papers", sa.Integer, nullable=False),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("name", PlainText, primary_key=True),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("succeeded_at", UtcDateTime),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("retry_at", UtcDateTime),
    sa.Column("trouble", PlainText, nullable=False),
)

shown_lists = sa.Table(
    "shown_lists",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("paper_ids", Strings, nullable=False),
    sa.Column("shown_at", UtcDateTime, nullable=False),
)
