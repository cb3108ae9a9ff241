"""Tables for SQLite and PostgreSQL, by area. A test checks that `migrations/` leads to the same schema."""

from __future__ import annotations

from bot.storage.schema.base import NOTICE, metadata
from bot.storage.schema.chats import (
    chat_details,
    chat_managers,
    conversations,
    greetings,
    languages,
    removed_chats,
    shown_lists,
)
from bot.storage.schema.deliveries import (
    AGAIN,
    FRESH,
    OPEN_FOLLOW_UP,
    OPEN_NOTICE,
    deliveries,
    delivery_changes,
    delivery_parts,
    follow_ups,
    sent_notice_digests,
    sent_notices,
    shown_papers,
)
from bot.storage.schema.installation import budgets, generations, interactions, notes, shard_leases
from bot.storage.schema.linked import artifact_totals, artifacts, lookups, repositories, star_days, stories
from bot.storage.schema.papers import UNDATED, WITHOUT_CATEGORIES, paper_aliases, papers, topic_vectors, vectors
from bot.storage.schema.sources import category_lists, fetches, listings, observations, source_turns, sources
from bot.storage.schema.subscriptions import drafts, mail_requests, mailboxes, slots, subscriptions
from bot.storage.schema.taste import saved_papers, taste_papers, taste_settings, taste_words, votes

__all__ = [
    "AGAIN",
    "FRESH",
    "NOTICE",
    "OPEN_FOLLOW_UP",
    "OPEN_NOTICE",
    "UNDATED",
    "WITHOUT_CATEGORIES",
    "artifact_totals",
    "artifacts",
    "budgets",
    "category_lists",
    "chat_details",
    "chat_managers",
    "conversations",
    "deliveries",
    "delivery_changes",
    "delivery_parts",
    "drafts",
    "fetches",
    "follow_ups",
    "generations",
    "greetings",
    "interactions",
    "languages",
    "listings",
    "lookups",
    "mail_requests",
    "mailboxes",
    "metadata",
    "notes",
    "observations",
    "paper_aliases",
    "papers",
    "removed_chats",
    "repositories",
    "saved_papers",
    "sent_notice_digests",
    "sent_notices",
    "shard_leases",
    "shown_lists",
    "shown_papers",
    "slots",
    "source_turns",
    "sources",
    "star_days",
    "stories",
    "subscriptions",
    "taste_papers",
    "taste_settings",
    "taste_words",
    "topic_vectors",
    "vectors",
    "votes",
]
