"""What became of deliveries, written into the ledger for as long as they are ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.deliver.retry_policy import End, Moved, Refused, Retry, Verdict
from bot.deliver.sending import Sender
from bot.logs import Log
from bot.models import Delivery, DeliveryReason, DeliveryState
from bot.ports import Post
from bot.store.sending import Sent

log = Log(__name__)

#: doubts that a chat is told of; what a restored copy of the database leaves in doubt has come in all likelihood
_TOLD = frozenset({DeliveryReason.UNANSWERED, DeliveryReason.INTERRUPTED})


async def mark(sent: Sequence[Sent], sender: Sender) -> None:
    """Write down those that were sent, in one transaction."""
    sender.crash("mark.before")
    ours = await sender.kept(lambda: sender.store.deliveries.mark(sent, sender.watch()))
    sender.crash("mark.after")
    for one in sent:
        known = one.attempt.delivery_id in ours
        log.info("sent" if known else "sent by a zombie", delivery=one.attempt.delivery_id, chat=str(one.chat))


async def conclude(delivery: Delivery, end: Verdict, sender: Sender) -> None:
    """Write down why one was not sent, and what follows."""
    sender.crash("end.before")
    ours = await sender.kept(lambda: _ended(delivery, end, sender))
    sender.crash("end.after")
    facts = {"delivery": delivery.id, "chat": str(delivery.chat), "why": end.reason, "end": type(end).__name__}
    if ours:
        log.info("not sent", **facts)
    else:
        log.warning("the claim was lost, somebody else decides what becomes of it", **facts)


async def _ended(delivery: Delivery, end: Verdict, sender: Sender) -> bool:
    """Write what follows; False where the claim was lost, and nothing was written."""
    deliveries, attempt, now = sender.store.deliveries, delivery.attempt, sender.watch()
    match end:
        case Retry(at=at, reason=reason, failed=failed, sent=sent, code=code):
            return await deliveries.reschedule(attempt, at, reason, now, failed=failed, sent=sent, code=code)
        case Moved(to=to):
            return await deliveries.follow(delivery, to, now)
        case End(state=state, reason=reason, code=code):
            notice_at = _notice_at(end, sender, now)
            return bool(await deliveries.end([attempt], state, reason, now, code=code, notice_at=notice_at))
        case Refused(reason=reason):
            return await deliveries.refuse(attempt, delivery.subscription_id, reason, now)


def _notice_at(end: End, sender: Sender, now: datetime) -> datetime | None:
    """When the chat is told; None where nothing is in doubt, or nobody could answer there, as in a mailbox."""
    if end.state is not DeliveryState.UNCERTAIN or end.code not in _TOLD or isinstance(sender.surface, Post):
        return None
    return now
