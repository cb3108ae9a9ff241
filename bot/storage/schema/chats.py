"""Tables of chats: what they are, and what they were told and shown."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import Flag, PlainText, Strings, UtcDateTime
from bot.storage.schema.base import metadata

#: chats from which the bot was removed. A thread without a row has that of its chat
removed_chats = sa.Table(
    "removed_chats",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("removed_at", UtcDateTime, nullable=False),
    sa.Index(None, "removed_at"),
)

#: what a platform says of chats, so that they can be named when it cannot be asked any more
chat_details = sa.Table(
    "chat_details",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    # the server of a channel on Discord; empty if there is none
    sa.Column("space", PlainText, nullable=False),
    sa.Column("name", PlainText, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Index(None, "surface", "space"),
)

#: who was seen to manage a chat, where the platform cannot list a person's chats; checked again before it is used
chat_managers = sa.Table(
    "chat_managers",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("person", PlainText, primary_key=True),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Index(None, "surface", "person"),
)

#: when a chat or server that added the bot was greeted; on Discord `chat` is the id of the server
greetings = sa.Table(
    "greetings",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("greeted_at", UtcDateTime, nullable=False),
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

#: last request of each chat, and the paper that was opened after it
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("command", PlainText, nullable=False),
    sa.Column("argument", PlainText, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("paper_ids", Strings, nullable=False),
    sa.Column("paper_id", PlainText, nullable=False),
    sa.Column("said_at", UtcDateTime, nullable=False),
)

#: of a chat (no person), or of a person on a surface (no chat)
languages = sa.Table(
    "languages",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("person", PlainText, primary_key=True),
    sa.Column("tag", PlainText, nullable=False),
    # false if the platform suggested it
    sa.Column("chosen", Flag, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)
