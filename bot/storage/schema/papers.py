"""Tables of papers, their other ids and their vectors."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import PlainText, Real, Strings, UtcDateTime
from bot.storage.partial_index import PartialIndex
from bot.storage.schema.base import metadata

#: what has to be asked for again. Literals, because neither database uses a partial index for a bound parameter
WITHOUT_CATEGORIES = sa.text("categories = '[]' AND server = 'arxiv'")
UNDATED = sa.text("published_at IS NULL")

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
    # times of the oldest and newest fetch with this paper; an older one, imported later, only fills gaps
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
    sa.Column("last_seen_at", UtcDateTime, nullable=False),
    # name of a preprint server; empty for a DOI on none
    sa.Column("server", PlainText, nullable=False, server_default=sa.text("'arxiv'")),
    # its rows of `paper_aliases`, so that a paper is read from one table
    sa.Column("aliases", Strings, nullable=False, server_default=sa.text("'[]'")),
    sa.Column("thumbnail_url", PlainText, nullable=False, server_default=sa.text("''")),
    # order of the change feed that search follows
    sa.Index(None, "last_seen_at", "id"),
    PartialIndex("ix_papers_without_categories", "id", where=WITHOUT_CATEGORIES),
    PartialIndex("ix_papers_undated", "id", where=UNDATED),
)

#: other ids of papers; an alias is never the id of a paper
paper_aliases = sa.Table(
    "paper_aliases",
    metadata,
    sa.Column("alias", PlainText, primary_key=True),
    sa.Column("paper_id", PlainText, sa.ForeignKey("papers.id"), nullable=False),
    sa.Index(None, "paper_id"),
)

vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("paper_id", PlainText, sa.ForeignKey("papers.id"), primary_key=True),
    # model, pooling, cut and prefixes: see bot/search/models.py
    sa.Column("encoder", PlainText, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    # characters of the encoded text; another number shows that the text has changed
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    # feed of new vectors that every process follows
    sa.Index(None, "encoder", "made_at", "paper_id"),
)

topic_vectors = sa.Table(
    "topic_vectors",
    metadata,
    # as in `vectors`
    sa.Column("encoder", PlainText, primary_key=True),
    # hash of the topic's text
    sa.Column("topic", PlainText, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    # mean and standard deviation of its cosines with the papers that had a vector, and their number
    sa.Column("mean", Real, nullable=False),
    sa.Column("deviation", Real, nullable=False),
    sa.Column("papers", sa.Integer, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)
