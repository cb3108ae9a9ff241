"""Tables for SQLite and PostgreSQL. A test checks that `migrations/` leads to the same schema."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import Flag, LocalDate, LocalTime, Number, PlainText, Real, Strings, UtcDateTime
from bot.storage.partial_index import PartialIndex

#: SQLite can only alter constraints that have a name
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

listings = sa.Table(
    "listings",
    metadata,
    # the primary key starts with the paper, so listings of a paper need no further index
    sa.Column("paper_id", PlainText, sa.ForeignKey("papers.id"), primary_key=True),
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("day", LocalDate, primary_key=True),
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

fetches = sa.Table(
    "fetches",
    metadata,
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("day", LocalDate, primary_key=True),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("papers", Number, nullable=False),
)

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

#: repositories of papers' code; there is no foreign key, as several papers can share one
repositories = sa.Table(
    "repositories",
    metadata,
    # "owner/name" in lower case
    sa.Column("repository", PlainText, primary_key=True),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    # a `RepositoryState`
    sa.Column("state", PlainText, nullable=False),
    sa.Column("moved_to", PlainText, nullable=False),
    sa.Column("first_day", LocalDate),
    sa.Index(None, "asked_at"),
)

star_days = sa.Table(
    "star_days",
    metadata,
    sa.Column("repository", PlainText, primary_key=True),
    sa.Column("day", LocalDate, primary_key=True),
    sa.Column("stars", Number, nullable=False),
)

# The following tables hold what a source says about a paper; all of it can be asked for again.

stories = sa.Table(
    "stories",
    metadata,
    sa.Column("paper_id", PlainText, primary_key=True),
    sa.Column("story_id", PlainText, primary_key=True),
    sa.Column("points", Number, nullable=False),
    sa.Column("comments", Number, nullable=False),
    sa.Column("posted_at", UtcDateTime, nullable=False),
)

artifact_totals = sa.Table(
    "artifact_totals",
    metadata,
    sa.Column("paper_id", PlainText, primary_key=True),
    # an `ArtifactKind`
    sa.Column("kind", PlainText, primary_key=True),
    sa.Column("total", Number, nullable=False),
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("paper_id", PlainText, primary_key=True),
    sa.Column("kind", PlainText, primary_key=True),
    sa.Column("name", PlainText, primary_key=True),
    sa.Column("likes", Number, nullable=False),
    sa.Column("downloads", Number, nullable=False),
)

#: when a source was last asked about a paper
lookups = sa.Table(
    "lookups",
    metadata,
    sa.Column("paper_id", PlainText, primary_key=True),
    sa.Column("source", PlainText, primary_key=True),
    sa.Column("looked_up_at", UtcDateTime, nullable=False),
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


# SQLite assigns ids automatically only to INTEGER columns. With AUTOINCREMENT ids are never reused: nonces are derived
# from subscription ids, and ledger rows outlive subscriptions.
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

#: somebody is to be told about the row. A literal, as in the other partial indexes below
NOTICE = sa.text("notice_at IS NOT NULL")

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

#: when a chat or server that added the bot was greeted; on Discord `chat` is the id of the server
greetings = sa.Table(
    "greetings",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("greeted_at", UtcDateTime, nullable=False),
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

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("surface", PlainText, primary_key=True),
    sa.Column("chat", PlainText, primary_key=True),
    sa.Column("thread", PlainText, primary_key=True),
    sa.Column("words", PlainText, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

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
