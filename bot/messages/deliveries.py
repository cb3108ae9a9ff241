"""Pure: what came, what did not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.pages import Action, Page, Row, Section
from bot.domain.subscriptions import Subscription
from bot.domain.text import shorten
from bot.messages import words
from bot.messages.terms import name

_STATES = {
    DeliveryState.PLANNED: "planned for",
    DeliveryState.CLAIMED: "on its way for",
    DeliveryState.SENDING: "on its way for",
    DeliveryState.SENT: "sent",
    DeliveryState.SKIPPED: "skipped",
    DeliveryState.FAILED: "failed",
    DeliveryState.UNCERTAIN: "uncertain, it may have come",
}
_LONGEST_NOTE = 120
#: what is told in /status with its reason
NOT_SENT = frozenset({DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery of which nobody knows whether it arrived, as it is counted in its chat."""

    number: int
    delivery: Delivery
    subscription: Subscription | None


def outcome(delivery: Delivery) -> str:
    """ "sent Fri 24 Apr", "skipped Fri 24 Apr (Paperboy was not running)"."""
    note = f" ({shorten(delivery.note, _LONGEST_NOTE)})" if delivery.note else ""
    return f"{_STATES[delivery.state]} {words.short_day(delivery.local_date)}{note}"


def doubts(found: Sequence[Doubt]) -> Page:
    """Every delivery that a person may have posted again."""
    if not found:
        return Page(
            title="Nothing is uncertain", intro="Every digest of this chat came, or is in /status with its reason."
        )
    return Page(
        title=f"{words.plural(len(found), 'digest')} may not have come",
        intro="The platform did not say whether it took them. Look whether they are here; those that are not can be "
        f"posted again: /resend {found[0].number}",
        sections=(Section(rows=tuple(Row(str(each.number), _told(each)) for each in found)),),
        actions=tuple(
            Action(
                f"Post it again: {each.number}" if len(found) > 1 else "Post it again", f"resend id:{each.delivery.id}"
            )
            for each in found[:5]
        ),
    )


def again(doubt: Doubt) -> Page:
    """It will be posted once more."""
    return Page(title="It is posted again", intro=f"{_told(doubt)}\nIt comes within a minute.")


def _told(doubt: Doubt) -> str:
    about = name(doubt.subscription) if doubt.subscription else "an ended subscription"
    return words.joined(about, outcome(doubt.delivery))
