"""Pure: what came, what did not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.i18n import tr_n
from bot.domain.pages import Action, Moment, Page, Row, Section
from bot.domain.schedule import Schedule, zone
from bot.domain.subscriptions import Subscription
from bot.domain.text import shorten
from bot.messages import terms, words
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
#: buttons below a list of digests in doubt
_BUTTONS = 5
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


def present(delivery: Delivery, schedule: Schedule, now: datetime) -> str:
    """ "today's is waiting until Fri 24 Apr at 17:46 Europe/Berlin: Discord asks to wait"."""
    today = delivery.local_date == now.astimezone(zone(schedule.zone)).date()
    which = "today's" if today else f"that of {words.short_day(delivery.local_date)}"
    if delivery.state is not DeliveryState.PLANNED:
        return f"{which} is on its way"
    if delivery.visible_at <= now:
        return f"{which} is next in line"
    reason = f": {shorten(delivery.note, _LONGEST_NOTE)}" if delivery.note else ""
    last = f"; I'll keep trying until {terms.moment(delivery.expires_at, schedule)}" if delivery.expires_at else ""
    return f"{which} is waiting until {terms.moment(delivery.visible_at, schedule)}{reason}{last if reason else ''}"


def moments(delivery: Delivery | None, subscription: Subscription) -> tuple[Moment, ...]:
    """Those that `present` tells."""
    if delivery is None or delivery.state is not DeliveryState.PLANNED:
        return ()
    told = (delivery.visible_at, delivery.expires_at)
    return tuple(Moment(terms.moment(at, subscription.schedule), at) for at in told if at)


def doubts(found: Sequence[Doubt]) -> Page:
    """Every delivery that a person may have posted again."""
    if not found:
        return Page(
            title="Nothing is uncertain", intro="Every digest of this chat came, or is in /status with its reason."
        )
    return Page(
        title=f"{tr_n('{count} digest', '{count} digests', len(found))} may not have come",
        intro="The platform did not say whether it took them. Look whether they are here; those that are not can be "
        f"posted again: /resend {found[0].number}",
        sections=(Section(rows=tuple(Row(str(each.number), _told(each)) for each in found)),),
        actions=tuple(
            Action(
                f"Post it again: {each.number}" if len(found) > 1 else "Post it again", f"resend id:{each.delivery.id}"
            )
            for each in found[:_BUTTONS]
        ),
    )


def missing(found: Sequence[Doubt]) -> Page:
    """What a chat is told after an outage: these may not have arrived."""
    one = len(found) == 1
    which = f"The digest of {words.short_day(found[0].delivery.local_date)}" if one else "These digests"
    return Page(
        title="A digest may be missing" if one else f"{len(found)} digests may be missing",
        intro=f"{which} may not have arrived: there was an outage while I was sending {'it' if one else 'them'}. "
        f"If {'it is' if one else 'one is'} not here, I can send it again.",
        sections=(Section(rows=tuple(Row(str(each.number), _about(each)) for each in found)),),
        actions=tuple(
            Action("Send it again" if one else f"Send {each.number} again", f"resend id:{each.delivery.id}")
            for each in found[:_BUTTONS]
        ),
    )


def again(doubt: Doubt) -> Page:
    """It will be posted once more."""
    return Page(title="It is posted again", intro=f"{_told(doubt)}\nIt comes within a minute.")


def _told(doubt: Doubt) -> str:
    return words.joined(_name(doubt), outcome(doubt.delivery))


def _about(doubt: Doubt) -> str:
    return words.joined(_name(doubt), words.short_day(doubt.delivery.local_date))


def _name(doubt: Doubt) -> str:
    return name(doubt.subscription) if doubt.subscription else "an ended subscription"
