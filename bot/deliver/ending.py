"""What became of deliveries, written into the ledger for as long as they are ours."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deliver.sending import Sender
from bot.deliver.verdicts import End, Moved, Refused, Retry, Verdict
from bot.logs import Log
from bot.models import Delivery
from bot.store.sending import Sent

log = Log(__name__)


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
        case Retry(at=at, reason=reason, failed=failed, sent=sent):
            return await deliveries.reschedule(attempt, at, reason, now, failed=failed, sent=sent)
        case Moved(to=to):
            return await deliveries.follow(delivery, to, now)
        case End(state=state, reason=reason):
            return bool(await deliveries.end([attempt], state, reason, now))
        case Refused(reason=reason):
            return await deliveries.refuse(attempt, delivery.subscription_id, reason, now)
