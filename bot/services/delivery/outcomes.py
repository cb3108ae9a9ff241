"""Recording the outcomes of deliveries in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.deliveries import Attempt, Delivery, DeliveryState
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.papers import DeliveryReason
from bot.domain.ports import MailSurface
from bot.services.delivery.faults import isolate_failures, log_fault
from bot.services.delivery.retry_policy import End, Moved, Refused, Retry, Verdict
from bot.services.delivery.sender import Sender
from bot.storage.delivery_progress import Sent

log = Log(__name__)

#: uncertain deliveries that a chat is notified of; after a restored backup they have probably arrived
_TOLD = frozenset({DeliveryReason.UNANSWERED, DeliveryReason.INTERRUPTED})


async def mark(sent: Sequence[Sent], sender: Sender) -> None:
    """Mark deliveries as sent, in one transaction; those that cannot be marked because of an error are uncertain."""
    sender.crash("mark.before")
    marked, failed = await isolate_failures(
        sent,
        lambda some: sender.with_retries(lambda: sender.store.deliveries.mark(some, sender.monotonic())),
        "not marked",
    )
    sender.crash("mark.after")
    ours: set[int] = set().union(*marked)
    for one, fault in failed:
        await _give_up(one.attempt, DeliveryState.UNCERTAIN, fault, sender)
    unmarked = {one.attempt.delivery_id for one, _ in failed}
    for one in sent:
        if one.attempt.delivery_id in unmarked:
            continue
        known = one.attempt.delivery_id in ours
        log.info("sent" if known else "sent by a zombie", delivery=one.attempt.delivery_id, chat=str(one.chat))


async def record_outcome(delivery: Delivery, end: Verdict, sender: Sender) -> None:
    """Record why a delivery was not sent, and what follows. If that fails, the delivery has failed."""
    sender.crash("end.before")
    try:
        ours = await sender.with_retries(lambda: _ended(delivery, end, sender))
    except StoreError:
        raise
    except Exception as error:
        fault = log_fault("not ended", error, delivery=delivery.id, chat=str(delivery.chat), why=_note(end))
        await _give_up(delivery.attempt, DeliveryState.FAILED, fault, sender)
        return
    sender.crash("end.after")
    facts = {"delivery": delivery.id, "chat": str(delivery.chat), "why": _note(end), "end": type(end).__name__}
    if ours:
        log.info("not sent", **facts)
    else:
        log.warning("claim lost, outcome not recorded", **facts)


async def _give_up(attempt: Attempt, state: DeliveryState, reference: str, sender: Sender) -> None:
    """End a delivery whose outcome could not be recorded; if that fails too, its lease expires."""
    try:
        deliveries, code = sender.store.deliveries, DeliveryReason.FAULT
        await sender.with_retries(lambda: deliveries.end([attempt], state, reference, sender.monotonic(), code=code))
    except StoreError:
        raise
    except Exception as error:
        log_fault("not given up", error, delivery=attempt.delivery_id, state=state.value, why=reference)


async def _ended(delivery: Delivery, end: Verdict, sender: Sender) -> bool:
    """Record the verdict. Return False if the claim was lost and nothing was written."""
    deliveries, attempt, now = sender.store.deliveries, delivery.attempt, sender.monotonic()
    match end:
        case Retry(at=at, failed=failed, sent=sent, code=code):
            return await deliveries.reschedule(
                attempt, at, _note(end), now, failed=failed, sent=sent, code=code, claimed_at=delivery.changed_at
            )
        case Moved(to=to):
            return await deliveries.follow(delivery, to, now)
        case End(state=state, code=code):
            notice_at = _notice_at(end, sender, now)
            return bool(await deliveries.end([attempt], state, _note(end), now, code=code, notice_at=notice_at))
        case Refused(detail=detail, removed=removed):
            chat = delivery.chat if removed else None
            return await deliveries.refuse(attempt, delivery.subscription_id, detail, now, chat)


def _note(end: Verdict) -> str:
    """Return what the ledger notes for operators; `bot.messages.deliveries` makes the sentence for people."""
    return end.detail or end.code.value


def _notice_at(end: End, sender: Sender, now: datetime) -> datetime | None:
    """Return when to notify the chat; None if nothing is uncertain, or if nobody can answer there (a mailbox)."""
    if end.state is not DeliveryState.UNCERTAIN or end.code not in _TOLD or isinstance(sender.surface, MailSurface):
        return None
    return now
