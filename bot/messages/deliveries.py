"""Deliveries: what was sent, what was not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.digests.shortfall import Cause
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.i18n import Translatable, joined, lines, tr, tr_n
from bot.domain.pages import Action, Moment, Page, Row, Section
from bot.domain.papers import DeliveryReason
from bot.domain.schedule import Schedule, zone
from bot.domain.standings import Doubt
from bot.domain.subscriptions import Subscription
from bot.domain.text import shorten
from bot.messages import schedules, shortfalls, words
from bot.messages.terms import name

_STATES = {
    DeliveryState.PLANNED: tr("planned"),
    DeliveryState.CLAIMED: tr("being sent"),
    DeliveryState.SENDING: tr("being sent"),
    DeliveryState.SENT: tr("sent"),
    DeliveryState.SKIPPED: tr("skipped"),
    DeliveryState.FAILED: tr("failed"),
    DeliveryState.UNCERTAIN: tr("may not have arrived"),
}
_REASONS = {
    DeliveryReason.MISSED: tr("Paperboy wasn't running"),
    DeliveryReason.EXPIRED: tr("it was too late to send it"),
    DeliveryReason.REMOVED: tr("you had unsubscribed"),
    DeliveryReason.PAUSED: tr("the subscription was paused"),
    DeliveryReason.EMPTY: tr("no new papers"),
    DeliveryReason.LIST_PENDING: tr("waiting for the day's list"),
    DeliveryReason.CHAT_BUSY: tr("waiting for another digest of this chat"),
    DeliveryReason.RATE_LIMIT: tr("waiting for the platform's rate limit"),
    DeliveryReason.INTERRUPTED: tr("Paperboy stopped while sending it"),
    DeliveryReason.RESTORED: tr("a backup was restored, so it may have been sent before"),
    DeliveryReason.UNREADABLE: tr("its settings are damaged"),
    DeliveryReason.RELEASED: tr("Paperboy is restarting"),
    DeliveryReason.MOVED: tr("the chat has a new id"),
    DeliveryReason.CHANGED: tr("the subscription was changed"),
    DeliveryReason.REQUESTED: tr("you asked me to resend it"),
    DeliveryReason.LEFT_OUT: tr("you left it out"),
    DeliveryReason.FAULT: tr("internal error"),
    DeliveryReason.PLATFORM_WAIT: tr("the platform asked me to wait"),
    DeliveryReason.REFUSED: tr("the platform rejected it"),
    DeliveryReason.FORBIDDEN: tr("the platform rejected it"),
    DeliveryReason.UNANSWERED: tr("the platform didn't confirm it"),
}
#: reasons with a detail from the platform
_DETAILED = frozenset(
    {
        DeliveryReason.PLATFORM_WAIT,
        DeliveryReason.REFUSED,
        DeliveryReason.FORBIDDEN,
        DeliveryReason.UNANSWERED,
    }
)
#: reasons of failures that are counted
_TRIED = frozenset({DeliveryReason.REFUSED, DeliveryReason.FAULT, DeliveryReason.UNANSWERED})
_LONGEST_DETAIL = 120
#: buttons below a list of uncertain digests
_BUTTONS = 5


def state(delivery: Delivery) -> Translatable:
    """ "sent", "sent late", "skipped"."""
    if delivery.state is DeliveryState.SENT and delivery.late:
        return tr("sent late")
    return _STATES[delivery.state]


def reason(delivery: Delivery) -> str:
    """Return why a delivery has its state, as a clause; may be empty."""
    why, tries = _reason(delivery), delivery.failures + 1
    if delivery.state is not DeliveryState.FAILED or tries == 1 or delivery.reason not in _TRIED:
        return why
    return tr_n("{reason}; tried once", "{reason}; tried {count} times", tries, reason=why)


def _reason(delivery: Delivery) -> str:
    # without a detail, the note is the code
    detail = "" if delivery.note == delivery.reason.value else shorten(delivery.note, _LONGEST_DETAIL)
    match delivery.reason:
        case DeliveryReason.NONE:
            # rows of early versions have only a note
            return "" if delivery.state is DeliveryState.SENT else detail
        case DeliveryReason.EMPTY if detail in set(Cause):
            return shortfalls.because(Cause(detail))
        case DeliveryReason.FAULT if detail:
            return tr("internal error {id}", id=detail)
        case DeliveryReason.PLATFORM_WAIT if delivery.state is DeliveryState.FAILED:
            return _detailed(tr("the platform asked me to wait too long"), detail)
        case code if code in _DETAILED:
            return _detailed(_REASONS[code], detail)
        case code:
            return _REASONS[code]


def _detailed(why: str, detail: str) -> str:
    return tr("{reason}: {detail}", reason=why, detail=words.stored(detail)) if detail else why


def outcome(delivery: Delivery) -> Translatable:
    """ "sent Fri 24 Apr", "skipped Fri 24 Apr (Paperboy was not running then)"."""
    day, why = words.short_day(delivery.local_date), reason(delivery)
    if not why:
        return tr("{state} ({day})", state=state(delivery), day=day)
    return tr("{state} ({day}): {reason}", state=state(delivery), day=day, reason=why)


def present(delivery: Delivery, schedule: Schedule, now: datetime) -> Translatable:
    """ "today's digest: waiting until Fri 24 Apr at 17:46 Europe/Berlin (the platform asked to wait)"."""
    today = delivery.local_date == now.astimezone(zone(schedule.zone)).date()
    progress = _progress(delivery, schedule, now)
    if today:
        return tr("today's digest: {progress}", progress=progress)
    return tr("digest for {day}: {progress}", day=words.short_day(delivery.local_date), progress=progress)


def _progress(delivery: Delivery, schedule: Schedule, now: datetime) -> Translatable:
    if delivery.state is not DeliveryState.PLANNED:
        return tr("being sent")
    if delivery.visible_at <= now:
        return tr("next in line")
    until, why = schedules.moment(delivery.visible_at, schedule), reason(delivery)
    if not why:
        return tr("waiting until {moment}", moment=until)
    waiting = tr("waiting until {moment} ({reason})", moment=until, reason=why)
    if delivery.expires_at is None:
        return waiting
    last = tr("I'll keep trying until {moment}", moment=schedules.moment(delivery.expires_at, schedule))
    return joined("; ", waiting, last)


def moments(delivery: Delivery | None, subscription: Subscription) -> tuple[Moment, ...]:
    """Return the moments that `present` names."""
    if delivery is None or delivery.state is not DeliveryState.PLANNED:
        return ()
    named = (delivery.visible_at, delivery.expires_at)
    return tuple(Moment(schedules.moment(at, subscription.schedule), at) for at in named if at)


def doubts(found: Sequence[Doubt]) -> Page:
    """Return all uncertain deliveries of a chat, each with a button that sends it again."""
    if not found:
        return Page(
            title=tr("Nothing to send again"),
            intro=tr("Every digest here arrived. If you miss one, {command} says why.", command="/status"),
        )
    first = f"/resend {found[0].number}"
    return Page(
        title=tr_n("{count} digest may not have arrived", "{count} digests may not have arrived", len(found)),
        intro=joined(
            " ",
            tr("The platform didn't confirm it. Please check whether it is here.")
            if len(found) == 1
            else tr("The platform didn't confirm them. Please check whether they are here."),
            tr("If not, I can send it again: {command}", command=first),
        ),
        sections=(Section(rows=tuple(Row(str(each.number), _described(each)) for each in found)),),
        actions=_buttons(found),
    )


def missing(found: Sequence[Doubt]) -> Page:
    """Return the notice to a chat after an outage."""
    day = words.short_day(found[0].delivery.local_date)
    return Page(
        title=missing_title(len(found)),
        intro=tr(
            "The digest for {day} may not have arrived: there was an outage while I was sending it. "
            "If it is not here, I can send it again.",
            day=day,
        )
        if len(found) == 1
        else tr(
            "These digests may not have arrived: there was an outage while I was sending them. "
            "If one is not here, I can send it again."
        ),
        sections=(Section(rows=tuple(Row(str(each.number), dated(each)) for each in found)),),
        actions=notice_buttons(found),
    )


def missing_title(count: int) -> Translatable:
    """Return the title of a notice about some digests."""
    return tr_n("A digest may be missing", "{count} digests may be missing", count)


def notice_buttons(found: Sequence[Doubt]) -> tuple[Action, ...]:
    """Return the buttons that send digests again, and one that leaves them out."""
    return (*_buttons(found), _leave_out(found))


def _leave_out(found: Sequence[Doubt]) -> Action:
    if len(found) == 1:
        return Action(tr("Leave it out"), command=f"resend skip id:{found[0].delivery.id}")
    return Action(tr("Leave them out"), command="resend skip all")


def left_out(found: Sequence[Doubt]) -> Page:
    """Confirm that digests are not sent again."""
    return Page(
        title=tr_n("{count} digest left out", "{count} digests left out", len(found)),
        intro=lines(*(dated(each) for each in found)),
    )


def _buttons(found: Sequence[Doubt]) -> tuple[Action, ...]:
    return tuple(
        Action(
            tr("Send it again") if len(found) == 1 else tr("Send {number} again", number=each.number),
            f"resend id:{each.delivery.id}",
        )
        for each in found[:_BUTTONS]
    )


def again(doubt: Doubt) -> Page:
    """Confirm that a digest is sent again."""
    return Page(title=tr("Sending it again"), intro=lines(_described(doubt), tr("It should arrive within a minute.")))


def _described(doubt: Doubt) -> Translatable:
    return words.joined(_name(doubt), outcome(doubt.delivery))


def dated(doubt: Doubt) -> Translatable:
    """Return the topic of a digest, with its day."""
    return words.joined(_name(doubt), words.short_day(doubt.delivery.local_date))


def _name(doubt: Doubt) -> Translatable:
    return name(doubt.subscription) if doubt.subscription else tr("a subscription that has ended")
