"""Format a subscription as text that parses back to the same subscription."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

from bot import query
from bot.domain import schedule
from bot.domain.pages import Layout
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.query.subscriptions.parser import EVERYTHING, read
from bot.query.subscriptions.spec import SubscriptionSpec

#: queries are formatted with full dates, so any moment will do
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def show(subscription: Subscription) -> str:
    """Return text such as "agents -survey top:5 weekdays at 09:00 Europe/Berlin"; `read` returns the same from it."""
    words = f"{safe(subscription.query) or EVERYTHING} {_options(subscription)}"
    return f"{words} {schedule.show(subscription.schedule)}"


def mark_of(words: str) -> str:
    """Return a short id of what `show` returns, for a button or a form that was made from it."""
    return base64.b32encode(hashlib.blake2b(words.encode(), digest_size=5).digest()).decode().lower()


def safe(words: str) -> str:
    """Return a query's text, escaped if any of it would be read as a schedule or an option."""
    if read(words, _ANY_MOMENT) == SubscriptionSpec(query=words or None):
        return words
    return query.show_exactly(query.parse(words, _ANY_MOMENT.date()))


def rare_options(subscription: Subscription) -> str:
    """Return all options but the size and empty days; empty if all have the default."""
    return " ".join(filter(None, (_votes(subscription), *_others(subscription))))


def _options(subscription: Subscription) -> str:
    empty = f"empty:{subscription.empty}" if subscription.empty is not EmptyDay.NOTE else ""
    said = (f"top:{subscription.size}", _votes(subscription), empty, *_others(subscription))
    return " ".join(filter(None, said))


def _votes(subscription: Subscription) -> str:
    return f"votes:>={subscription.threshold}" if subscription.threshold else ""


def _others(subscription: Subscription) -> tuple[str, ...]:
    role = f'"{subscription.role}"' if " " in subscription.role else subscription.role
    return (
        f"repeat:{subscription.repeat_days}" if subscription.repeat_days else "",
        f"role:{role}" if role else "",
        "silent:yes" if subscription.silent else "",
        f"taste:{subscription.taste}" if subscription.taste else "",
        f"layout:{subscription.layout}" if subscription.layout is not Layout.COMPACT else "",
        "" if subscription.thumbnails else "thumbnails:no",
        "living:yes" if subscription.living else "",
        "thread:yes" if subscription.discussion else "",
    )
