"""The list that each chat was shown last."""

from __future__ import annotations

from datetime import timedelta

from bot.models import Chat
from bot.store import Store
from tests.builders import NOON

GROUP = Chat("telegram", "-1001")


async def test_a_chat_that_was_shown_nothing_has_no_list(store: Store) -> None:
    assert await store.shown.last(GROUP) == ()


async def test_the_newest_list_counts_in_its_order(store: Store) -> None:
    await store.shown.remember(GROUP, ["2604.00001", "2604.00002"], NOON)

    await store.shown.remember(GROUP, ["2604.00009", "2604.00003"], NOON + timedelta(minutes=1))

    assert await store.shown.last(GROUP) == ("2604.00009", "2604.00003")


async def test_threads_surfaces_and_chats_have_lists_of_their_own(store: Store) -> None:
    await store.shown.remember(GROUP, ["2604.00001"], NOON)
    await store.shown.remember(Chat("telegram", "-1001", "7"), ["2604.00002"], NOON)
    await store.shown.remember(Chat("discord", "-1001"), ["2604.00003"], NOON)

    assert await store.shown.last(GROUP) == ("2604.00001",)
    assert await store.shown.last(Chat("telegram", "-1001", "7")) == ("2604.00002",)
    assert await store.shown.last(Chat("discord", "-1001")) == ("2604.00003",)
    assert await store.shown.last(Chat("telegram", "-1002")) == ()


async def test_an_empty_list_is_remembered_too(store: Store) -> None:
    await store.shown.remember(GROUP, ["2604.00001"], NOON)

    await store.shown.remember(GROUP, [], NOON + timedelta(minutes=1))

    assert await store.shown.last(GROUP) == ()
