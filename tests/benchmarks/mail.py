"""How many mails a second go into a local SMTP server, and how long they are: `python -m tests.benchmarks.mail`.

The server is a process of its own; it takes every mail and keeps none.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time as clock_time
from datetime import timedelta
from pathlib import Path

from adapters.email.message import message
from adapters.email.render import html
from adapters.email.surface import Mail
from bot.domain.deliveries import DeliveryState
from bot.domain.mail import OutgoingMail
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, Schedule
from bot.domain.subscriptions import Subscription
from bot.services.delivery.deliverer import Deliverer
from bot.services.mailboxes.links import Links
from bot.services.mailboxes.mail_options import Dkim, MailServer, Secured
from bot.services.mailboxes.mailing import build_mailing
from bot.sources import sample
from bot.storage import Store, open_store
from tests.adapters.email.keys import key
from tests.adapters.email.letters import ACTION_LINKS, options
from tests.adapters.email.post_office import PASSWORD, USER, PostOffice

MAILS, DELIVERIES, AT_ONCE = 500, 500, 5
NINE = Schedule(at=clock_time(9), zone="Europe/Berlin", days=EVERY_DAY)
NOW = sample.AS_OF


async def serve(secured: Secured, certificate: Path) -> None:
    """Be the server until the pipe ends."""
    async with PostOffice(secured) as office:
        office.write_certificate(certificate)
        print(office.server.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def served(secured: Secured, certificate: Path) -> AsyncIterator[MailServer]:
    """A server in a child."""
    command = [sys.executable, "-m", "tests.benchmarks.mail", "serve", secured, str(certificate)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:  # noqa: ASYNC220
        assert child.stdout is not None
        port = int(await asyncio.to_thread(child.stdout.readline))
        user, password = ("", "") if secured is Secured.PLAIN else (USER, PASSWORD)
        yield MailServer(host="localhost", port=port, secured=secured, user=user, password=password)
        child.communicate()


async def sent(mail: Mail, page: Page) -> dict[str, float]:
    """Mails of a page to many, five at once: how many a second, and what one costs here, the server's work apart."""
    waiting = iter(range(MAILS))

    async def some() -> None:
        for number in waiting:
            chat = Chat("email", f"reader{number}@example.org")
            await mail.post(OutgoingMail(chat=chat, page=page, action_links=ACTION_LINKS, nonce=f"n{number}"))

    started, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    return {"mails_per_second": MAILS / seconds, "cpu_ms_per_mail": work / MAILS * 1000}


async def delivered_per_second(store: Store, mail: Mail) -> float:
    """Digests to many mailboxes, through the ledger."""
    for number in range(DELIVERIES):
        chat = Chat("email", f"reader{number}@example.org")
        wish = Subscription(chat=chat, schedule=NINE, next_at=NOW - timedelta(minutes=1), created_at=NOW, size=10)
        await store.subscriptions.add(wish)
    mailing = build_mailing(store, mail, Links(site="https://papers.example.org", secret=b"s"), lambda: NOW)
    worker = Deliverer(store, {mail.name: mail}, owner="bench", action_links=mailing.action_links)
    started = time.perf_counter()
    await worker.round(NOW)
    seconds = time.perf_counter() - started
    counts = await store.deliveries.counts(NOW.date() - timedelta(days=2))
    assert counts == {DeliveryState.SENT: DELIVERIES}, counts
    return DELIVERIES / seconds


async def digest(store: Store, size: int) -> Page:
    """What a mailbox gets of the sample."""
    from bot.services.delivery.composer import Composer

    composer = Composer(store)
    chat = Chat("email", "ada@example.org")
    wish = Subscription(id=1, chat=chat, schedule=NINE, next_at=NOW, created_at=NOW, size=size, query="")
    composed = await composer.compose(wish, {}, await composer.snapshot(NOW), NOW)
    assert composed.page is not None
    return composed.page


async def main(home: Path) -> None:
    """A JSON line for each figure."""
    async with open_store(f"sqlite:///{home / 'papers.db'}") as store:
        await store.keep(sample.load())
        page = await digest(store, 10)
        for size in (5, 10, 25):
            await weigh(await digest(store, size))
        for secured, dkim in ((Secured.PLAIN, None), (Secured.STARTTLS, None), (Secured.STARTTLS, key())):
            await measure(store if dkim else None, page, secured, dkim, home / f"{secured}.pem")


async def weigh(page: Page) -> None:
    """Bytes of one mail."""
    whole = message(
        OutgoingMail(chat=Chat("email", "ada@example.org"), page=page, action_links=ACTION_LINKS, nonce="n"),
        options(),
        NOW,
    )
    print(
        json.dumps(
            {"papers": len(page.cards), "html_bytes": len(html(page, ACTION_LINKS).encode()), "bytes": len(whole)}
        )
    )


async def measure(store: Store | None, page: Page, secured: Secured, dkim: Dkim | None, certificate: Path) -> None:
    """Mails a second over one kind of connection."""
    async with served(secured, certificate) as server:
        trusted = ssl.create_default_context(cafile=str(certificate)) if secured is not Secured.PLAIN else None
        async with Mail(options(server, dkim=dkim), lambda: NOW, trusted=trusted) as mail:
            facts: dict[str, object] = {"secured": secured, "dkim": dkim is not None, **await sent(mail, page)}
            if store:
                facts["through_the_ledger"] = await delivered_per_second(store, mail)
            facts["connections"] = mail.pool.opened
    print(json.dumps({name: round(fact, 1) if isinstance(fact, float) else fact for name, fact in facts.items()}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(Secured(sys.argv[2]), Path(sys.argv[3])))
    else:
        with tempfile.TemporaryDirectory() as home:
            asyncio.run(main(Path(home)))
