"""Tables of the ledger: deliveries, their parts and changes, and what is done to them later."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import Flag, LocalDate, Number, PlainText, Strings, UtcDateTime
from bot.storage.partial_index import PartialIndex
from bot.storage.schema.base import NOTICE, NUMBER, metadata

# Two partial indexes of open deliveries, so that attempted ones are found quickly among a million new ones. The
# conditions are literals because neither database uses a partial index for a bound parameter.
#: not claimed yet
FRESH = sa.text("state = 'planned' AND attempts = 0")
#: claimed, abandoned by a crashed worker, or rescheduled
AGAIN = sa.text("state IN ('planned', 'claimed', 'sending') AND attempts > 0")

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    # no foreign key: ledger rows outlive their subscription
    sa.Column("subscription_id", NUMBER, nullable=False),
    sa.Column("surface", PlainText, nullable=False),
    sa.Column("chat", PlainText, nullable=False),
    sa.Column("thread", PlainText, nullable=False),
    sa.Column("local_date", LocalDate, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("state", PlainText, nullable=False),
    sa.Column("late", Flag, nullable=False),
    sa.Column("visible_at", UtcDateTime, nullable=False),
    sa.Column("attempts", Number, nullable=False),
    sa.Column("failures", Number, nullable=False),
    sa.Column("owner", PlainText, nullable=False),
    sa.Column("note", PlainText, nullable=False),
    sa.Column("digest_id", PlainText, nullable=False),
    sa.Column("composed_at", UtcDateTime),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    # a code; the note has the text. Empty in rows older than the column, and if there is no reason
    sa.Column("reason", PlainText),
    # retried until this moment
    sa.Column("expires_at", UtcDateTime),
    # when to tell the chat that it may be missing
    sa.Column("notice_at", UtcDateTime),
    # at most one delivery per local date
    sa.UniqueConstraint("subscription_id", "local_date"),
    PartialIndex("ix_deliveries_fresh", "surface", "visible_at", where=FRESH),
    PartialIndex("ix_deliveries_again", "surface", "visible_at", where=AGAIN),
    PartialIndex("ix_deliveries_notice", "surface", "notice_at", where=NOTICE),
    sa.Index(None, "surface", "chat", "thread"),
    sa.Index(None, "local_date"),
    sqlite_autoincrement=True,
)

delivery_parts = sa.Table(
    "delivery_parts",
    metadata,
    sa.Column("delivery_id", NUMBER, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("part", Number, primary_key=True),
    sa.Column("nonce", PlainText, nullable=False),
    sa.Column("state", PlainText, nullable=False),
    sa.Column("message_id", PlainText, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

delivery_changes = sa.Table(
    "delivery_changes",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("delivery_id", NUMBER, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("state", PlainText, nullable=False),
    sa.Column("reason", PlainText, nullable=False),
    sa.Index(None, "delivery_id"),
)

#: not over. A literal, as in the other partial indexes
OPEN_FOLLOW_UP = sa.text("state IN ('planned', 'claimed', 'sending')")

#: what is done to a message after it was sent: edits with new votes, and the thread for its discussion
follow_ups = sa.Table(
    "follow_ups",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("delivery_id", NUMBER, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    # of the delivery, whose chat may get a new id on the same surface
    sa.Column("surface", PlainText, nullable=False),
    # a `FollowUpKind`
    sa.Column("kind", PlainText, nullable=False),
    # starting at 1
    sa.Column("number", Number, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    # not done after this moment
    sa.Column("expires_at", UtcDateTime, nullable=False),
    # a `FollowUpState`
    sa.Column("state", PlainText, nullable=False),
    # as in `deliveries`: not claimable before this moment
    sa.Column("visible_at", UtcDateTime, nullable=False),
    sa.Column("attempts", Number, nullable=False),
    sa.Column("failures", Number, nullable=False),
    sa.Column("owner", PlainText, nullable=False),
    # a `DeliveryReason`, and what the platform said
    sa.Column("reason", PlainText, nullable=False),
    sa.Column("note", PlainText, nullable=False),
    # the name of a thread; or the news that an edit shows, and as of when, written before the first attempt, so that
    # each attempt shows the same
    sa.Column("content", PlainText, nullable=False),
    sa.Column("as_of", UtcDateTime),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("delivery_id", "kind", "number"),
    PartialIndex("ix_follow_ups_open", "surface", "visible_at", where=OPEN_FOLLOW_UP),
    sqlite_autoincrement=True,
)

#: notices of uncertain digests that were sent and can still change. A literal, as in the other partial indexes
OPEN_NOTICE = sa.text("NOT closed")

sent_notices = sa.Table(
    "sent_notices",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("surface", PlainText, nullable=False),
    sa.Column("chat", PlainText, nullable=False),
    sa.Column("thread", PlainText, nullable=False),
    # as the platform knows it, and the nonce with which it was sent
    sa.Column("message_id", PlainText, nullable=False),
    sa.Column("nonce", PlainText, nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    # not edited again
    sa.Column("closed", Flag, nullable=False),
    # not claimable before this moment
    sa.Column("visible_at", UtcDateTime, nullable=False),
    sa.Column("failures", Number, nullable=False),
    PartialIndex("ix_sent_notices_open", "surface", "visible_at", where=OPEN_NOTICE),
    sa.Index(None, "surface", "chat", "thread"),
    sqlite_autoincrement=True,
)

#: the digests that a notice names
sent_notice_digests = sa.Table(
    "sent_notice_digests",
    metadata,
    sa.Column("notice_id", NUMBER, sa.ForeignKey("sent_notices.id", ondelete="CASCADE"), primary_key=True),
    # its place in the notice, starting at 1
    sa.Column("number", Number, primary_key=True),
    sa.Column("delivery_id", NUMBER, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    # whether the notice says what became of it
    sa.Column("told", Flag, nullable=False),
    sa.Index(None, "delivery_id"),
)

shown_papers = sa.Table(
    "shown_papers",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    # no foreign key: these rows outlive the ledger's
    sa.Column("delivery_id", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("paper_ids", Strings, nullable=False),
    sa.Column("shown_at", UtcDateTime, nullable=False),
)
