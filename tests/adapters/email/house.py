"""A whole Paperboy that sends mail: a store, a mail server, a site and a browser, all over real sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from adapters.email.surface import Mail
from adapters.kit.tls import trusted
from adapters.web.surface import Web
from bot.commands.facade import BotService
from bot.services.bundle import build_services
from bot.services.delivery.deliverer import Deliverer
from bot.services.mailboxes.links import Links
from bot.services.mailboxes.mailing import Mailing, build_mailing
from bot.storage import Store
from bot.storage.metadata import heartbeat
from tests.adapters.email.letters import options
from tests.adapters.email.post_office import PostOffice, Received

BOUNCE_SECRET = "let me tell"  # noqa: S105 - of the tests
SITE = "https://papers.example.org"


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True, kw_only=True)
class House:
    """Everything that runs."""

    clock: Clock
    store: Store
    office: PostOffice
    mailing: Mailing
    worker: Deliverer
    browser: httpx.AsyncClient

    async def until(self, moment: datetime, step: timedelta = timedelta(hours=1)) -> None:
        """Let time pass, with a worker that looks every hour for what is due."""
        while self.clock.now < moment:
            self.clock.now = min(self.clock.now + step, moment)
            await self.worker.round(self.clock.now)


@asynccontextmanager
async def house(store: Store, now: datetime) -> AsyncIterator[House]:
    """Open for as long as the block runs."""
    clock = Clock(now)
    async with PostOffice() as office, Mail(options(office.server), clock, trusted=office.trusted) as mail:
        mailing = build_mailing(store, mail, Links(site=SITE, secret=b"of the tests"), clock, BOUNCE_SECRET)
        desk = BotService(build_services(store, mailboxes=mailing), clock, ["web"])
        serving = asyncio.create_task(Web("127.0.0.1", 0).listen(desk))
        try:
            async with httpx.AsyncClient(
                base_url=await _served(store, serving), timeout=10, verify=trusted()
            ) as browser:
                worker = Deliverer(store, {mail.name: mail}, owner="a", action_links=mailing.action_links)
                yield House(clock=clock, store=store, office=office, mailing=mailing, worker=worker, browser=browser)
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


def link(received: Received, path: str) -> str:
    """The address in a mail that leads to a page, as its reader would follow it; without the site."""
    found = re.search(rf'href="{SITE}(/{path}/[^"]+)"', received.body("html"))
    assert found, f"no link to /{path}"
    return found[1]


async def _served(store: Store, serving: asyncio.Task[None]) -> str:
    """Where the site says that it is served."""
    async with asyncio.timeout(10):
        while (noted := await store.notes.get(heartbeat("web"))) is None:
            if serving.done():
                await serving
            await asyncio.sleep(0.01)
    return noted[0].removeprefix("serves ")
