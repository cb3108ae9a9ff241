"""What was asked last in a chat is remembered for two days."""

from __future__ import annotations

from datetime import timedelta

from bot.models import Chat
from bot.store import Store
from bot.store.conversations import Conversation
from tests.store.ledger import DUE

HERE = Chat("telegram", "7")
ASKED = Conversation(command="papers", argument="agents -survey", start=8, paper_ids=("2604.00001", "2604.00002"))


async def test_the_newest_question_takes_the_place_of_the_one_before(store: Store) -> None:
    await store.conversations.put(HERE, ASKED, DUE)
    await store.conversations.put(HERE, Conversation(command="trending", argument="week"), DUE + timedelta(minutes=1))

    assert (await store.conversations.get(HERE, DUE + timedelta(minutes=2))).command == "trending"
    assert await store.conversations.get(Chat("telegram", "7", "12"), DUE) == Conversation()


async def test_a_question_of_the_day_before_yesterday_is_forgotten(store: Store) -> None:
    await store.conversations.put(HERE, ASKED, DUE)

    assert await store.conversations.get(HERE, DUE + timedelta(days=1, hours=23)) == ASKED
    assert await store.conversations.get(HERE, DUE + timedelta(days=2)) == Conversation()


async def test_nothing_is_kept_of_a_chat_that_is_nobodys(store: Store) -> None:
    await store.conversations.put(Chat("inline", ""), ASKED, DUE)

    assert await store.conversations.get(Chat("inline", ""), DUE) == Conversation()
