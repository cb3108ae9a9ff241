"""Sizes of spread slots, and chats from which the bot was removed."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

#: reasons of pauses by which the bot was not in the chat any more. They were only stored as text before
_REMOVED = (
    "the bot was blocked",
    "the account was deleted",
    "the bot was removed from the chat",
    "the bot was removed from the server",
    "the bot isn't a member of the chat",
    "the bot can't view the channel",
    "the channel was deleted",
    "the chat doesn't exist",
    "the group was deleted",
    "the person accepts no messages from the bot",
    "the server was deleted",
    "the thread was deleted",
)
#: code of a pause by the platform
_BY_PLATFORM = "platform"
_TOPIC_DELETED = "the topic was deleted"
_SUBSCRIPTIONS = sa.table(
    "subscriptions",
    *(sa.column(name, sa.Text()) for name in ("surface", "chat", "thread", "paused", "paused_detail")),
)
_REMOVED_CHATS = sa.table(
    "removed_chats",
    sa.column("surface", sa.Text()),
    sa.column("chat", sa.Text()),
    sa.column("thread", sa.Text()),
    sa.column("removed_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_index("ix_subscriptions_next_at_surface", "subscriptions", ["next_at", "surface"])
    op.drop_index("ix_subscriptions_next_at", "subscriptions")
    op.create_table(
        "slots",
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("surface", "due_at", name=op.f("pk_slots")),
    )
    op.create_table(
        "removed_chats",
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("surface", "chat", "thread", name=op.f("pk_removed_chats")),
    )
    op.create_index("ix_removed_chats_removed_at", "removed_chats", ["removed_at"])
    _record_removed(op.get_bind())


def _record_removed(connection: sa.Connection) -> None:
    """Record the chats that removed the bot before. Nobody knows when, so their time begins now."""
    known = _SUBSCRIPTIONS.c
    chats = connection.execute(
        sa.select(known.surface, known.chat, known.thread, known.paused_detail).where(
            known.paused == _BY_PLATFORM, known.paused_detail.in_((*_REMOVED, _TOPIC_DELETED))
        )
    )
    # of a topic that was deleted, the group is still there
    places = {(chat.surface, chat.chat, chat.thread if chat.paused_detail == _TOPIC_DELETED else "") for chat in chats}
    now = datetime.now(UTC)
    rows = [{"surface": place[0], "chat": place[1], "thread": place[2], "removed_at": now} for place in sorted(places)]
    if rows:
        connection.execute(sa.insert(_REMOVED_CHATS), rows)
