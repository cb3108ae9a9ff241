"""Digests of spread slots, from the plan to the message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.deliveries import DeliveryState
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.domain.spreading import Spreading
from bot.storage import Store
from bot.storage.planner import Plan
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import DUE, MINUTE, subscription

COUNT = 30
PLAN = Plan(carries={"test": 10})
START, END = DUE - 10 * MINUTE, DUE + 20 * MINUTE
_WINDOW = Spreading(PLAN.carries).window("test", subscription().schedule, DUE, COUNT)
assert _WINDOW is not None
TURNS = {str(number): _WINDOW.position(Chat("test", str(number))) for number in range(COUNT)}
FIRST = min(TURNS, key=lambda chat: TURNS[chat])


class ReadableBox(Postbox):
    """Can be asked whether it has a message, and counts how often that is."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    async def reread(self, chat: Chat, part: Page, *, nonce: str, since: datetime) -> str | None:
        self.reads += 1
        return ""


async def planned(store: Store, chats: Sequence[str] = tuple(TURNS)) -> None:
    await fill(store, at=START - MINUTE)
    for chat in chats:
        await store.subscriptions.add(subscription(chat=Chat("test", chat)))
    while await store.deliveries.plan(START, PLAN):
        pass


async def test_each_digest_comes_in_its_turn_with_its_papers_and_is_not_late(sqlite_store: Store) -> None:
    await planned(sqlite_store)
    box = Postbox()

    for now in (START, START + 5 * MINUTE, DUE, DUE + 10 * MINUTE, END):
        await worker(sqlite_store, box).round(now)
        due = {chat for chat, turn in TURNS.items() if turn <= now}
        assert {message.chat.id for message in box.arrived} >= due

    assert len(box.arrived) == COUNT
    assert {message.paper_ids for message in box.arrived} == {box.arrived[0].paper_ids}
    assert box.arrived[0].paper_ids
    rows = await sqlite_store.deliveries.find(limit=99)
    assert {(row.state, row.late, row.note) for row in rows} == {(DeliveryState.SENT, False, "")}


async def test_a_digest_that_another_worker_may_have_sent_before_it_was_due_is_looked_up(sqlite_store: Store) -> None:
    await planned(sqlite_store)
    box = ReadableBox()

    await worker(sqlite_store, box, owner="began later").round(TURNS[FIRST] + 3 * MINUTE)

    assert TURNS[FIRST] + 3 * MINUTE < DUE
    assert box.reads > 0
