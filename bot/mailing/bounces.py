"""Mail that came back: who may say so, whose it was, and what follows."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.commands.engine import Engine
from bot.commands.managing import served
from bot.errors import NotFound
from bot.logs import Log
from bot.mailing.addresses import chat, mailbox
from bot.mailing.links import Links, Purpose
from bot.mailing.reports import Bounce
from bot.models import Pause
from bot.page import Page
from bot.store import Store
from bot.subscribing import next_slot
from bot.views import mailing as view

log = Log(__name__)

#: mails that come back but may go next time, and the days in which they are counted
_SOFT_BOUNCES, _SOFT_DAYS = 5, timedelta(days=14)


_PAUSES = {Bounce.HARD: Pause.BOUNCE, Bounce.SOFT: Pause.BOUNCE, Bounce.COMPLAINT: Pause.COMPLAINT}
_SUSPENDED = {
    Bounce.HARD: "mail to this address came back",
    Bounce.SOFT: f"mail to this address came back {_SOFT_BOUNCES} times",
    Bounce.COMPLAINT: "a mail was reported as spam",
}


@dataclass(frozen=True, slots=True)
class Bounces:
    """What a mail server or the operator says of mailboxes. Raises `UserError` for what makes no sense."""

    store: Store
    links: Links
    clock: Callable[[], datetime]
    #: what a mail server must show that reports bounces; empty: none may
    secret: str = field(default="", repr=False)

    def may_report(self, shown: str) -> bool:
        """Whether somebody may tell of bounces."""
        return bool(self.secret) and hmac.compare_digest(self.secret.encode(), shown.encode())

    async def told(self, about: str, kind: Bounce) -> Page:
        """A mail came back: from an address, or to one that has a subscription's tag in it ("bounces+b12-...@")."""
        address, now = await self._meant(about), self.clock()
        if kind is Bounce.SOFT:
            times = await self.store.mailboxes.returned(address, now, now - _SOFT_DAYS)
            if times < _SOFT_BOUNCES:
                return view.noted(address, times, _SOFT_BOUNCES)
        reason = _SUSPENDED[kind]
        await self.store.mailboxes.suspend(address, reason, now)
        running = [each for each in await self.store.subscriptions.of(chat(address)) if not each.paused]
        for each in running:
            await self.store.subscriptions.pause(each.id, _PAUSES[kind], now, reason)
        log.warning("mail suspended", reason=reason, subscriptions=len(running))
        return view.suspended(address, len(running), reason)

    async def release(self, address: str) -> Page:
        """Mail may be sent there again, and what was paused for that reason comes again."""
        address, now = mailbox(address), self.clock()
        if not await self.store.mailboxes.release(address):
            raise NotFound(f"Nothing is kept against {address}.")
        for each in await self.store.subscriptions.of(chat(address)):
            if each.paused in _PAUSES.values():
                slot = next_slot(each.schedule, now, await served(Engine(self.store), each))
                await self.store.subscriptions.resume(each.id, slot)
        return view.released(address)

    async def _meant(self, about: str) -> str:
        token = about.partition("@")[0].rpartition("+")[2]
        id = self.links.read(token, Purpose.BOUNCE)
        if id is None:
            return mailbox(about)
        subscription = await self.store.subscriptions.get(id)
        if subscription is None:
            raise NotFound("That subscription is gone.")
        return subscription.chat.id
