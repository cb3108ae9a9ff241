"""A group that became another chat while it waited for its digest."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.storage import Store
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import DUE, HERE, LEASE, MINUTE, subscription

NOW_THERE = Chat("test", "-1001")
SECOND = timedelta(seconds=1)


@pytest.fixture
async def ledger(store: Store) -> Store:
    """A store with papers and one subscription that is due."""
    await fill(store)
    await store.subscriptions.add(subscription())
    return store


def moved(old: Chat, new: Chat) -> DeliveryError:
    return DeliveryError(old, "the group became a supergroup", moved_to=new)


async def test_a_digest_follows_its_chat_at_once_and_all_later_ones_do(ledger: Store) -> None:
    box = Postbox(nonced=False)
    box.fail(moved(HERE, NOW_THERE))

    await worker(ledger, box).round(DUE)
    await worker(ledger, box).round(DUE + SECOND)
    await fill(ledger, first=7, at=DUE + timedelta(hours=20))
    await worker(ledger, box).round(DUE + timedelta(days=1))

    assert [message.chat for message in box.arrived] == [NOW_THERE, NOW_THERE]
    assert set(box.arrived[0].paper_ids).isdisjoint(box.arrived[1].paper_ids)
    assert await ledger.deliveries.of(HERE, 9) == []
    (first,) = await ledger.deliveries.find(day=DUE.date())
    reasons = [change.reason for change in await ledger.deliveries.changes(first.id)]
    assert (first.state, first.chat) == (DeliveryState.SENT, NOW_THERE)
    assert "the chat has become test:-1001" in reasons


async def test_two_chats_that_each_claim_to_be_the_other_do_not_keep_a_worker_busy_for_ever(ledger: Store) -> None:
    box = Postbox()
    box.fail(*[moved(HERE, NOW_THERE), moved(NOW_THERE, HERE)] * 5)

    for seconds in range(9):
        await worker(ledger, box).round(DUE + seconds * SECOND)

    (row,) = await ledger.deliveries.of(HERE, 9)
    assert (row.state, len(box.tried)) == (DeliveryState.FAILED, 3)


async def test_what_becomes_of_a_lost_claim_is_not_told_as_if_it_were_true(
    ledger: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.services.delivery")

    await worker(ledger, Robbed(ledger)).round(DUE)

    ours = [record for record in caplog.records if record.name == "bot.services.delivery.outcomes"]
    assert [(record.levelname, record.message) for record in ours] == [("WARNING", "claim lost, outcome not recorded")]
    (row,) = await ledger.deliveries.of(HERE, 9)
    (wish,) = await ledger.subscriptions.of(HERE)
    assert (row.owner, row.state, wish.paused) == ("thief", DeliveryState.CLAIMED, None)


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        (None, {"level": "INFO", "event": "sent"}),
        (
            DeliveryError(HERE, "kicked", permanent=True),
            {"level": "INFO", "event": "not sent", "why": "kicked", "end": "Refused"},
        ),
        (DeliveryError(HERE, "busy"), {"level": "INFO", "event": "not sent", "why": "busy", "end": "Retry"}),
    ],
)
async def test_the_log_says_what_became_of_a_delivery(
    ledger: Store, caplog: pytest.LogCaptureFixture, trouble: DeliveryError | None, line: dict[str, str]
) -> None:
    caplog.set_level(logging.INFO, "bot.services.delivery")
    box = Postbox()
    box.fail(trouble)

    await worker(ledger, box).round(DUE)

    (row,) = await ledger.deliveries.of(HERE, 9)
    (record,) = [record for record in caplog.records if record.name == "bot.services.delivery.outcomes"]
    told = {"level": record.levelname, "event": record.getMessage(), **record.__dict__["facts"]}
    assert told == {**line, "delivery": row.id, "chat": str(HERE)}


class Robbed(Postbox):
    """Another worker takes the delivery while the platform refuses it."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        await self._store.deliveries.claim(self.name, "thief", DUE + LEASE + MINUTE, LEASE, 1)
        raise DeliveryError(chat, "kicked", permanent=True)
