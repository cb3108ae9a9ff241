"""Tables of subscriptions and their slots."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import Flag, LocalTime, Number, PlainText, UtcDateTime
from bot.storage.partial_index import PartialIndex
from bot.storage.schema.base import NOTICE, NUMBER, metadata

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("surface", PlainText, nullable=False),
    sa.Column("chat", PlainText, nullable=False),
    sa.Column("thread", PlainText, nullable=False),
    sa.Column("query", PlainText, nullable=False),
    # the schedule is stored in local time, not in UTC, because time zone rules change
    sa.Column("at", LocalTime),
    sa.Column("zone", PlainText, nullable=False),
    # bit mask of weekdays; Monday is 1
    sa.Column("days", Number, nullable=False),
    sa.Column("month_day", Number),
    sa.Column("announced", Flag, nullable=False),
    sa.Column("size", Number, nullable=False),
    sa.Column("threshold", Number, nullable=False),
    sa.Column("empty", PlainText, nullable=False),
    sa.Column("repeat_days", Number),
    sa.Column("silent", Flag, nullable=False),
    sa.Column("role", PlainText, nullable=False),
    # cache derived from the schedule
    sa.Column("next_at", UtcDateTime),
    # a `Pause` code; empty if active
    sa.Column("paused", PlainText, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("paused_detail", PlainText, nullable=False, server_default=sa.text("''")),
    # a `Strength`; empty if the chat's own applies
    sa.Column("taste", PlainText, nullable=False, server_default=sa.text("''")),
    # a `Layout`
    sa.Column("layout", PlainText, nullable=False, server_default=sa.text("'compact'")),
    # an `Announcer`: whose lists it waits for, if announced
    sa.Column("announcer", PlainText, nullable=False, server_default=sa.text("''")),
    # the platform's id of whoever subscribed; empty if unknown
    sa.Column("person", PlainText, nullable=False, server_default=sa.text("''")),
    # when to tell them that it was paused or resumed; null if there is nothing to tell
    sa.Column("notice_at", UtcDateTime),
    # the `Pause` they were last told of; empty if they were not, or were told that it runs again
    sa.Column("notified", PlainText, nullable=False, server_default=sa.text("''")),
    sa.Column("thumbnails", Flag, nullable=False, server_default=sa.true()),
    sa.Column("living", Flag, nullable=False, server_default=sa.false()),
    # a thread for each digest; not to be confused with the thread of its chat
    sa.Column("discussion", Flag, nullable=False, server_default=sa.false()),
    sa.Index(None, "next_at", "surface"),
    sa.Index(None, "surface", "chat", "thread"),
    sa.Index(None, "surface", "person"),
    PartialIndex("ix_subscriptions_notice", "surface", "notice_at", where=NOTICE),
    sqlite_autoincrement=True,
)

#: sizes of spread slots, as counted by the first planner
slots = sa.Table(
    "slots",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("due_at", UtcDateTime, primary_key=True),
    sa.Column("size", Number, nullable=False),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("words", PlainText, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

mail_requests = sa.Table(
    "mail_requests",
    metadata,
    # only the recipient of the mail has the token itself
    sa.Column("token_hash", PlainText, primary_key=True),
    sa.Column("address", PlainText, nullable=False),
    sa.Column("words", PlainText, nullable=False),
    sa.Column("came_from", PlainText, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
    # requests expire after two days, so every query can filter by age first
    sa.Index(None, "made_at"),
)

mailboxes = sa.Table(
    "mailboxes",
    metadata,
    sa.Column("address", PlainText, primary_key=True),
    # reason of the suspension; empty if there is none
    sa.Column("suspended", PlainText, nullable=False),
    sa.Column("returned", Number, nullable=False),
    sa.Column("returned_at", UtcDateTime),
)
