"""The list that each chat was shown last, and a chat that moves."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.deliveries import Delivery
from bot.domain.requests import Chat, ChatDetails
from bot.domain.taste import Strength
from bot.storage import Store
from bot.storage.chats import OF_A_CHAT
from bot.storage.conversations import Conversation
from bot.storage.taste import Owner
from tests.builders import NOON
from tests.storage.ledger import DUE, claimed, sent, start, subscription

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


async def everything_of(store: Store, chat: Chat) -> Delivery:
    """A chat with a row in each of the tables that know chats; its digest of the day is over."""
    await store.subscriptions.add(subscription(chat=chat))
    delivery = await claimed(store)
    await store.deliveries.begin([start(delivery)], DUE)
    await store.deliveries.mark([sent(delivery, "2604.00001")], DUE)
    await store.drafts.put(chat, f"agents daily in {chat.id}", DUE)
    await store.votes.put(chat, "ada", "2604.00001", 1, DUE)
    await store.languages.choose_for_chat(chat, "de", DUE)
    await store.known_chats.put([ChatDetails(chat, "Papers")], DUE)
    await store.known_chats.add_manager(chat, "ada", DUE)
    await store.greetings.claim(chat, DUE)
    await store.removed_chats.put(chat.surface, [chat.id], DUE)
    await store.sent_notices.add(chat, "m", "n", [delivery.id], DUE)
    await store.tastes.set_strength(Owner.of_chat(chat), Strength.MILD)
    await store.tastes.say(Owner.of_chat(chat), "agents", 1, DUE)
    await store.conversations.put(
        chat, Conversation(command="papers", argument="agents", paper_ids=("2604.00001",)), DUE
    )
    return delivery


async def test_everything_of_a_chat_moves_with_it(store: Store) -> None:
    old, new = Chat("test", "-1"), Chat("test", "-1001")
    delivery = await everything_of(store, old)

    moved = await store.chats.move(old, new)

    assert moved == len(OF_A_CHAT)
    assert [one.chat for one in await store.subscriptions.of(new)] == [new]
    assert [one.id for one in await store.deliveries.of(new, 9)] == [delivery.id]
    assert await store.shown_papers.ids(new) == {"2604.00001"}
    assert await store.shown.last(new) == ("2604.00001",)
    assert await store.drafts.get(new, DUE) == "agents daily in -1"
    assert await store.votes.of(new, "ada", "2604.00001") == 1
    assert (await store.languages.of(new, "")).chat == "de"
    assert (await store.conversations.get(new, DUE)).argument == "agents"
    assert await store.subscriptions.forget(old) == 0


async def test_to_move_a_chat_twice_or_to_itself_changes_nothing_more(store: Store) -> None:
    old, new = Chat("test", "-1"), Chat("test", "-1001")
    await everything_of(store, old)
    await store.chats.move(old, new)

    again, itself = await store.chats.move(old, new), await store.chats.move(new, new)

    assert (again, itself) == (0, 0)
    assert len(await store.subscriptions.of(new)) == 1


async def test_where_only_one_of_two_can_stay_the_new_chats_stays(store: Store) -> None:
    old, new = Chat("test", "-1"), Chat("test", "-1001")
    await everything_of(store, old)
    await everything_of(store, new)
    await store.shown.remember(new, ["2604.00009"], DUE)

    await store.chats.move(old, new)

    assert await store.shown.last(new) == ("2604.00009",)
    assert await store.drafts.get(new, DUE) == "agents daily in -1001"
    assert len(await store.subscriptions.of(new)) == len(await store.deliveries.of(new, 9)) == 2
    assert await store.subscriptions.forget(old) == 0


async def test_threads_of_a_chat_and_other_surfaces_stay_where_they_are(store: Store) -> None:
    thread, elsewhere = Chat("test", "-1", "7"), Chat("other", "-1")
    await store.drafts.put(thread, "in the thread", DUE)
    await store.drafts.put(elsewhere, "elsewhere", DUE)

    moved = await store.chats.move(Chat("test", "-1"), Chat("test", "-1001"))

    assert moved == 0
    assert await store.drafts.get(thread, DUE) == "in the thread"
    assert await store.drafts.get(elsewhere, DUE) == "elsewhere"
