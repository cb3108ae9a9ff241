"""Why a subscription is paused."""

from __future__ import annotations

from bot.domain.i18n import Translatable, joined, tr
from bot.domain.subscriptions import Pause, Subscription
from bot.domain.text import shorten
from bot.messages import words

_LONGEST = 120
_REASONS = {
    Pause.PERSON: tr("paused by you"),
    Pause.PLATFORM: tr("paused because I can't post here"),
    Pause.BOUNCE: tr("paused because mail to this address bounced"),
    Pause.COMPLAINT: tr("paused because a mail was reported as spam"),
    Pause.UNREADABLE: tr("paused because its settings are damaged"),
    Pause.OTHER: tr("paused"),
}
#: pauses whose detail is a reason of a platform, or names a damaged value
_DETAILED = frozenset({Pause.PLATFORM, Pause.UNREADABLE, Pause.OTHER})


def why_paused(subscription: Subscription) -> Translatable:
    """Return the reason as a clause: "paused by you"; empty if the subscription is not paused."""
    reason, detail = subscription.paused, subscription.paused_detail
    if reason is None:
        return joined("")
    if reason in _DETAILED and detail:
        return tr("{reason} ({detail})", reason=_REASONS[reason], detail=words.stored(shorten(detail, _LONGEST)))
    return _REASONS[reason]
