"""Notices of uncertain digests after it is known what became of the digests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.deliveries import DeliveryState
from bot.domain.i18n import Translatable, tr
from bot.domain.pages import Page, Row, Section
from bot.domain.papers import DeliveryReason
from bot.domain.standings import Doubt
from bot.messages import deliveries, schedules, words


@dataclass(frozen=True, slots=True)
class NoticedDoubt:
    """A digest that a notice names."""

    doubt: Doubt
    #: whether its outcome is known
    over: bool


def updated(found: Sequence[NoticedDoubt], *, lapsed: bool) -> Page:
    """Return the notice with what became of each digest, and buttons for the others unless it has lapsed."""
    waiting = [each.doubt for each in found if not each.over]
    return Page(
        title=_title(found, lapsed=lapsed),
        sections=(Section(rows=tuple(Row(str(each.doubt.number), _line(each, lapsed=lapsed)) for each in found)),),
        footer=tr("To send one of them anyway: {command}", command="/resend") if waiting and lapsed else "",
        actions=deliveries.notice_buttons(waiting) if waiting and not lapsed else (),
    )


def outdated() -> Page:
    """Return the notice whose digests are not known any more."""
    return Page(title=tr("The digests that this message was about were deleted."))


def _title(found: Sequence[NoticedDoubt], *, lapsed: bool) -> Translatable:
    waiting = [each.doubt for each in found if not each.over]
    if waiting and not lapsed:
        return deliveries.missing_title(len(waiting))
    states = {_outcome(each) for each in found}
    if states == {DeliveryReason.REQUESTED}:
        return tr("Sent again")
    return tr("Left out") if states == {DeliveryReason.LEFT_OUT} else tr("No longer open")


def _outcome(each: NoticedDoubt) -> DeliveryReason:
    """Return `REQUESTED` if it was sent again, else the reason of its state."""
    delivery = each.doubt.delivery
    if delivery.state is DeliveryState.SENT:
        return DeliveryReason.REQUESTED
    return delivery.reason if each.over else DeliveryReason.NONE


def _line(each: NoticedDoubt, *, lapsed: bool) -> Translatable:
    return words.joined(deliveries.dated(each.doubt), _became(each, lapsed=lapsed))


def _became(each: NoticedDoubt, *, lapsed: bool) -> Translatable | str:
    delivery, subscription = each.doubt.delivery, each.doubt.subscription
    if not each.over:
        return tr("not sent again") if lapsed else ""
    match delivery.state:
        case DeliveryState.SENT if subscription is not None:
            at = schedules.moment(delivery.changed_at, subscription.schedule)
            return tr("sent again {moment}", moment=at)
        case DeliveryState.SENT:
            return tr("sent again")
        case DeliveryState.UNCERTAIN:
            return tr("sent again, and it may not have arrived again: a later message has the button")
        case _ if delivery.reason is DeliveryReason.LEFT_OUT:
            return tr("left out")
    return deliveries.outcome(delivery)
