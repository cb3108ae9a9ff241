"""What a chat was shown and has not saved."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.requests import Chat
from bot.storage import Store
from tests.builders import NOON

HERE = Chat("telegram", "-100", "7")
ELSEWHERE = Chat("telegram", "-100")


async def test_the_newest_draft_is_the_one(store: Store) -> None:
    await store.drafts.put(HERE, "agents", NOON)
    await store.drafts.put(HERE, "robots", NOON)

    assert await store.drafts.get(HERE, NOON) == "robots"
    assert await store.drafts.get(ELSEWHERE, NOON) == ""


async def test_a_draft_is_old_after_two_days(store: Store) -> None:
    await store.drafts.put(HERE, "agents", NOON)

    assert await store.drafts.get(HERE, NOON + timedelta(hours=47)) == "agents"
    assert await store.drafts.get(HERE, NOON + timedelta(hours=48)) == ""


async def test_a_draft_is_taken_once(store: Store) -> None:
    await store.drafts.put(HERE, "agents", NOON)

    taken = await asyncio.gather(*(store.drafts.take(HERE, "agents") for _ in range(5)))

    assert sorted(taken) == [False, False, False, False, True]
    assert await store.drafts.get(HERE, NOON) == ""


async def test_only_the_draft_that_was_shown_is_taken(store: Store) -> None:
    await store.drafts.put(HERE, "robots", NOON)

    assert not await store.drafts.take(HERE, "agents")
    assert await store.drafts.get(HERE, NOON) == "robots"


async def test_a_forgotten_chat_has_no_draft(store: Store) -> None:
    await store.drafts.put(HERE, "agents", NOON)
    await store.drafts.put(ELSEWHERE, "agents", NOON)

    await store.subscriptions.forget(HERE)

    assert await store.drafts.get(HERE, NOON) == ""
    assert await store.drafts.get(ELSEWHERE, NOON) == "agents"
