"""Papers by mail in the tests: thrown into a pillarbox, with a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.services.mailboxes.links import Links
from bot.services.mailboxes.mailing import Mailing, build_mailing
from bot.storage import Store
from tests.services.pillarbox import Pillarbox
from tests.storage.ledger import DUE

ADA = Chat("email", "ada@example.org")
WORDS = "agents at 9:00 Berlin daily"
LINKS = Links(site="https://papers.example.org", secret=b"not known to anybody", mailto="stop@example.org")
DAY_BEFORE = DUE - timedelta(hours=20)


@dataclass(slots=True)
class Post:
    """Papers by mail, the box that they are thrown into, and where all is kept."""

    mailing: Mailing
    box: Pillarbox
    store: Store

    async def subscribed(self, words: str = WORDS, address: str = ADA.id) -> Subscription:
        """Asked for and confirmed."""
        await self.mailing.invitations.send(address, words, "")
        await self.mailing.invitations.confirm(self.box.token)
        return (await self.store.subscriptions.of(Chat("email", address)))[-1]

    def later(self, moment: timedelta) -> Mailing:
        """The same, so long after."""
        return build_mailing(self.store, self.box, LINKS, lambda: DAY_BEFORE + moment)


def at_work(store: Store) -> Post:
    """The day before something is due."""
    box = Pillarbox()
    return Post(build_mailing(store, box, LINKS, lambda: DAY_BEFORE), box, store)
