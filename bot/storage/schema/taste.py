"""Tables of opinions on papers."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import Number, PlainText, UtcDateTime
from bot.storage.schema.base import metadata

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("paper_id", PlainText, primary_key=True),
    # the platform's id of the person, nothing else
    sa.Column("person", PlainText, primary_key=True),
    sa.Column("value", Number, nullable=False),
    sa.Column("voted_at", UtcDateTime, nullable=False),
    sa.Index(None, "surface", "person"),
    # for a paper that becomes another one
    sa.Index(None, "paper_id"),
)

saved_papers = sa.Table(
    "saved_papers",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("person", PlainText, primary_key=True),
    sa.Column("paper_id", PlainText, primary_key=True),
    sa.Column("saved_at", UtcDateTime, nullable=False),
    sa.Index(None, "paper_id"),
)

#: what was said about taste. As in `languages`, a row is of a chat (no person), or of a person on a surface (no chat)
taste_settings = sa.Table(
    "taste_settings",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("person", PlainText, primary_key=True),
    # a `Strength`; empty for the default
    sa.Column("strength", PlainText, nullable=False),
    # opinions up to this moment are not used any more
    sa.Column("reset_at", UtcDateTime),
)

#: words that a person or chat wants more or less of
taste_words = sa.Table(
    "taste_words",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("person", PlainText, primary_key=True),
    sa.Column("word", PlainText, primary_key=True),
    # 1 for more, -1 for less
    sa.Column("value", Number, nullable=False),
    sa.Column("times", Number, nullable=False),
    sa.Column("said_at", UtcDateTime, nullable=False),
)

#: papers that a person likes without a vote: imported, or opened where that is allowed
taste_papers = sa.Table(
    "taste_papers",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("person", PlainText, primary_key=True),
    sa.Column("paper_id", PlainText, primary_key=True),
    sa.Column("origin", PlainText, nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Index(None, "paper_id"),
)
