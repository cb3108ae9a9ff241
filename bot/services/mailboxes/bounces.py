"""Bounces and complaints: who may report them, and suspending the mailbox."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import NotFound
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.mailbox_results import BounceCounted, MailboxReleased, MailboxSuspended
from bot.domain.subscriptions import Pause
from bot.services.mailboxes.links import Links, Purpose
from bot.services.mailboxes.mail_addresses import chat, mailbox
from bot.services.mailboxes.reports import Bounce
from bot.services.subscriptions import SubscriptionService
from bot.storage import Store

log = Log(__name__)

#: temporary bounces that suspend a mailbox, and the days in which they are counted
_SOFT_BOUNCES, _SOFT_DAYS = 5, timedelta(days=14)


_PAUSES = {Bounce.HARD: Pause.BOUNCE, Bounce.SOFT: Pause.BOUNCE, Bounce.COMPLAINT: Pause.COMPLAINT}


@dataclass(frozen=True, slots=True)
class Bounces:
    """Records bounces and complaints. Methods raise `UserError` for an invalid address."""

    store: Store
    subscriptions: SubscriptionService
    links: Links
    clock: Callable[[], datetime]
    #: secret that a report of bounces must carry; if empty, none is accepted
    secret: str = field(default="", repr=False)

    def may_report(self, shown: str) -> bool:
        """Return whether a secret allows to report bounces."""
        return bool(self.secret) and hmac.compare_digest(self.secret.encode(), shown.encode())

    async def record(self, about: str, kind: Bounce) -> BounceCounted | MailboxSuspended:
        """Record a bounce of an address, or of one with a subscription's tag in it ("bounces+b12-...@")."""
        address, now = await self._address(about), self.clock()
        if kind is Bounce.SOFT:
            times = await self.store.mailboxes.returned(address, now, now - _SOFT_DAYS)
            if times < _SOFT_BOUNCES:
                return BounceCounted(address, times, _SOFT_BOUNCES)
        reason = _PAUSES[kind]
        await self.store.mailboxes.suspend(address, reason, now)
        running = [each for each in await self.store.subscriptions.of(chat(address)) if not each.paused]
        for each in running:
            await self.store.subscriptions.pause(each.id, reason, now)
        log.warning("mail suspended", reason=reason.value, subscriptions=len(running))
        return MailboxSuspended(address, reason, len(running))

    async def release(self, address: str) -> MailboxReleased:
        """Allow mail to an address again, and resume what was paused because of bounces or complaints."""
        address, now = mailbox(address), self.clock()
        if not await self.store.mailboxes.release(address):
            raise NotFound(tr("{address} is not suspended.", address=address))
        for each in await self.store.subscriptions.of(chat(address)):
            if each.paused in _PAUSES.values():
                await self.store.subscriptions.resume(each.id, await self.subscriptions.next_at(each, now))
        return MailboxReleased(address)

    async def _address(self, about: str) -> str:
        token = about.partition("@")[0].rpartition("+")[2]
        id = self.links.read(token, Purpose.BOUNCE)
        if id is None:
            return mailbox(about)
        subscription = await self.store.subscriptions.get(id)
        if subscription is None:
            raise NotFound(tr("This subscription no longer exists."))
        return subscription.chat.id
