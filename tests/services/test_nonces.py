"""A nonce is relied on only as long as the platform remembers it, and read back afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.services.delivery.preparation import NONCE_WINDOW
from bot.storage import Store
from tests.services.ledger import fill, only, worker
from tests.services.postbox import Postbox
from tests.services.test_outages import broken
from tests.storage.ledger import DUE, HERE, HOUR, MINUTE, subscription

SENT, UNCERTAIN = DeliveryState.SENT, DeliveryState.UNCERTAIN
SECOND = timedelta(seconds=1)
#: what Discord promises is "the past few minutes"; the least that can mean
REMEMBERED = timedelta(minutes=2)


class Forgetful(Postbox):
    """A platform that forgets a nonce."""

    def __init__(self) -> None:
        super().__init__(nonced=True)
        self.now = DUE
        self.known: dict[str, tuple[str, datetime]] = {}

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        id, at = self.known.get(nonce, ("", self.now))
        self.nonced = bool(id) and self.now - at <= REMEMBERED
        try:
            id = await super().send(chat, part, nonce=nonce, silent=silent, role=role)
        finally:
            self.nonced = True
            if self.arrived and self.arrived[-1].nonce == nonce and nonce not in self.known:
                self.known[nonce] = (self.arrived[-1].id, self.now)
        return id


class Readable(Forgetful):
    """... and that can be asked what it has."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    async def reread(self, chat: Chat, part: Page, *, nonce: str, since: datetime) -> str | None:
        self.reads += 1
        return next((each.id for each in self.arrived if each.nonce == nonce and each.chat == chat), "")


class Unreadable(Readable):
    """... and that refuses to tell, a few times."""

    def __init__(self, *refusals: DeliveryError) -> None:
        super().__init__()
        self._refusals = list(refusals)

    async def reread(self, chat: Chat, part: Page, *, nonce: str, since: datetime) -> str | None:
        if self._refusals:
            raise self._refusals.pop(0)
        return await super().reread(chat, part, nonce=nonce, since=since)


@pytest.fixture
async def ledger(sqlite_store: Store) -> Store:
    await fill(sqlite_store)
    await sqlite_store.subscriptions.add(subscription())
    return sqlite_store


@pytest.mark.parametrize(
    # the worker's clock goes on while a round lasts, which on a busy machine is seconds
    "age",
    [5 * SECOND, REMEMBERED - 9 * SECOND, REMEMBERED + 15 * SECOND, 2.5 * MINUTE, 3 * MINUTE, HOUR],
)
@pytest.mark.parametrize("readable", [True, False])
async def test_no_age_of_a_nonce_leads_to_a_double(ledger: Store, age: timedelta, readable: bool) -> None:
    box = Readable() if readable else Forgetful()
    box.fail(broken())
    await worker(ledger, box).round(DUE)
    row = await only(ledger)
    # nobody works for a while
    box.now = max(row.visible_at, DUE + age)
    await worker(ledger, box).round(box.now)

    assert len(box.arrived) == 1
    assert (await only(ledger)).state is (SENT if readable or age < REMEMBERED else UNCERTAIN)


@pytest.mark.parametrize("wait", [10 * SECOND, 3 * MINUTE, HOUR])
@pytest.mark.parametrize("readable", [True, False])
async def test_a_doubt_outlives_a_try_that_the_platform_refused(ledger: Store, wait: timedelta, readable: bool) -> None:
    box = Readable() if readable else Forgetful()
    box.fail(broken(), DeliveryError(HERE, "too many requests", retry_after=wait))
    await worker(ledger, box).round(DUE)
    box.now = (await only(ledger)).visible_at
    await worker(ledger, box).round(box.now)
    box.now = (await only(ledger)).visible_at

    await worker(ledger, box).round(box.now)

    assert len(box.arrived) == 1
    assert (await only(ledger)).state is (SENT if readable or wait < REMEMBERED else UNCERTAIN)


async def test_a_platform_that_does_not_tell_what_it_has_is_asked_again_when_it_says(ledger: Store) -> None:
    box = Unreadable(DeliveryError(HERE, "too many requests", retry_after=7 * MINUTE))
    box.fail(broken())
    await worker(ledger, box).round(DUE)
    box.now = DUE + HOUR

    await worker(ledger, box).round(box.now)
    waiting = await only(ledger)
    box.now = waiting.visible_at
    await worker(ledger, box).round(box.now)

    assert waiting.state is DeliveryState.PLANNED
    assert waiting.visible_at - DUE >= HOUR + 7 * MINUTE
    assert "too many requests" in waiting.note
    assert (len(box.arrived), box.reads) == (1, 1)
    assert (await only(ledger)).state is SENT


def test_a_nonce_is_relied_on_no_longer_than_the_least_that_a_platform_promises() -> None:
    assert NONCE_WINDOW <= REMEMBERED


async def test_an_outage_of_hours_ends_with_one_message_where_it_can_be_read_back(ledger: Store) -> None:
    box, now = Readable(), DUE
    box.fail(broken(), *[broken(gateway=True)] * 5)
    while (await _after(ledger, box, now)) not in (SENT, UNCERTAIN):
        now = (await only(ledger)).visible_at

    assert len(box.arrived) == 1
    assert (await only(ledger)).state is SENT


async def _after(ledger: Store, box: Forgetful, now: datetime) -> DeliveryState:
    box.now = now
    await worker(ledger, box).round(now)
    return (await only(ledger)).state


async def test_a_late_digest_of_an_unknown_past_is_read_back_before_it_is_sent(ledger: Store) -> None:
    """The database may be a copy from before it was sent, restored together with its mark."""
    box = Readable()
    await worker(ledger, box).round(DUE)
    restored = await _forgotten(ledger)
    box.now = DUE + HOUR

    later = worker(ledger, box, owner="b")
    await later.round(box.now)

    assert restored
    assert (len(box.arrived), box.reads) == (1, 1)
    assert (await only(ledger)).state is SENT


async def test_what_is_due_while_a_worker_works_is_sent_without_a_question(ledger: Store) -> None:
    box = Readable()
    deliverer = worker(ledger, box)

    await deliverer.round(DUE - MINUTE)
    await deliverer.round(DUE + 5 * MINUTE)

    assert (len(box.arrived), box.reads) == (1, 0)


async def _forgotten(store: Store) -> bool:
    """The ledger forgets today, as an older copy of it would have never known it."""
    await store.deliveries.prune((DUE + timedelta(days=1)).date(), 9)
    (wish,) = await store.subscriptions.of(Chat("test", "1"))
    await store.subscriptions.resume(wish.id, DUE)
    return not await store.deliveries.find()


async def test_a_doubt_that_waits_too_long_for_its_turn_is_read_back_first(ledger: Store) -> None:
    """The nonce was good when the message was composed, and is not when its turn comes."""
    box = Readable()
    box.fail(broken())
    await worker(ledger, box).round(DUE)
    box.allowance = Allowance(per_second=1)
    await ledger.rates.take(box.allowance.rates("test", ""))
    box.now = DUE + REMEMBERED + SECOND

    await worker(ledger, box, owner="slow").round(DUE + REMEMBERED - SECOND / 2)

    assert (len(box.arrived), box.reads) == (1, 1)
    assert (await only(ledger)).state is SENT
