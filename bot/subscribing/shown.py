"""A subscription in words that a person could have typed."""

from __future__ import annotations

from bot import schedule
from bot.models import EmptyDay, Subscription
from bot.subscribing.reader import EVERYTHING, read
from bot.subscribing.wish import Wish


def show(subscription: Subscription) -> str:
    """ "-survey agents top:5 weekdays at 09:00 Europe/Berlin"; `read` finds the same in it, and nothing else."""
    words = f"{safe(subscription.query) or EVERYTHING} {_options(subscription)}"
    return f"{words} {schedule.show(subscription.schedule)}"


def safe(words: str) -> str:
    """A query that is read as one wherever it stands: in quotes where a word would be taken for something else."""
    return words if read(words) == Wish(query=words or None) else f'"{words}"'


def _options(subscription: Subscription) -> str:
    role = f'"{subscription.role}"' if " " in subscription.role else subscription.role
    said = (
        f"top:{subscription.size}",
        f"votes:>={subscription.threshold}" if subscription.threshold else "",
        f"empty:{subscription.empty}" if subscription.empty is not EmptyDay.NOTE else "",
        f"repeat:{subscription.repeat_days}" if subscription.repeat_days else "",
        f"role:{role}" if role else "",
        "silent:yes" if subscription.silent else "",
    )
    return " ".join(filter(None, said))
