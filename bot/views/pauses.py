"""Pure: why a subscription is paused, in words."""

from __future__ import annotations

from bot.models import Pause, Subscription

_WORDS = {
    Pause.PERSON: "by hand",
    Pause.PLATFORM: "nothing can be sent here",
    Pause.BOUNCE: "mail to this address came back",
    Pause.COMPLAINT: "a mail was reported as spam",
    Pause.UNREADABLE: "its settings cannot be read",
    Pause.OTHER: "an earlier version paused it",
}


def why_paused(subscription: Subscription) -> str:
    """Return the reason as a clause; empty where the subscription is not paused."""
    reason, detail = subscription.paused, subscription.paused_detail
    if reason is None:
        return ""
    if reason is Pause.UNREADABLE and detail:
        return f"{_WORDS[reason]}: {detail}"
    return detail or _WORDS[reason]
