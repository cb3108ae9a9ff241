"""What is stored of chats and their managers, and the migration that brings it."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.requests import Chat, ChatDetails
from bot.domain.subscriptions import Pause
from bot.storage import Store, open_store
from tests.builders import NOON
from tests.storage.former import add_subscription, former_schema
from tests.storage.ledger import DUE, HERE, subscription

BEFORE = "0017"
SERVER = "server"


def details(id: str, name: str = "#papers", space: str = SERVER) -> ChatDetails:
    return ChatDetails(Chat("discord", id), name, space)


async def test_chats_are_found_by_server_and_by_id(store: Store) -> None:
    await store.known_chats.put([details("1"), details("2", "#news"), details("3", space="another")], NOON)
    await store.known_chats.put([details("2", "#renamed")], NOON)

    assert await store.known_chats.in_space("discord", SERVER) == {"1": details("1"), "2": details("2", "#renamed")}
    assert await store.known_chats.of("discord", ["3", "4"]) == {"3": details("3", space="another")}
    assert await store.known_chats.get(Chat("discord", "4")) == ChatDetails(Chat("discord", "4"))
    assert await store.known_chats.in_space("telegram", SERVER) == {}


async def test_only_names_of_chats_with_subscriptions_are_worth_saving(store: Store) -> None:
    for id in ("1", "2", "3"):
        await store.subscriptions.add(subscription(chat=Chat("discord", id)))
    await store.known_chats.put([details("1"), details("2", "#old")], NOON)

    changed = await store.known_chats.changed("discord", SERVER, dict.fromkeys("12349", "#papers"))

    assert sorted(changed, key=lambda each: each.chat.id) == [details("2"), details("3")]


async def test_managers_are_known_until_they_are_forgotten(store: Store) -> None:
    one, two = Chat("telegram", "-1"), Chat("telegram", "-2", "7")
    await store.known_chats.add_manager(one, "ada", NOON)
    await store.known_chats.add_manager(two, "ada", NOON + timedelta(minutes=1))
    await store.known_chats.add_manager(one, "bob", NOON)

    assert await store.known_chats.managed_by("telegram", "ada") == ["-2", "-1"]
    assert sorted(await store.known_chats.managers_of(one)) == ["ada", "bob"]
    await store.known_chats.remove_manager(Chat("telegram", "-1"), "ada")
    assert await store.known_chats.managed_by("telegram", "ada") == ["-2"]
    assert await store.known_chats.forget_person("telegram", "ada") == 1
    assert await store.known_chats.managed_by("telegram", "ada") == []


async def test_a_subscription_knows_who_made_it_whatever_is_edited(store: Store) -> None:
    kept = await store.subscriptions.add(subscription(person="ada"))
    await store.subscriptions.change(subscription(id=kept.id, query="robots"))

    (found,) = await store.subscriptions.of(HERE)
    assert (found.query, found.person) == ("robots", "ada")
    assert await store.subscriptions.by_person("test", "ada") == [found]
    assert await store.subscriptions.forget_person("test", "ada") == 1
    assert await store.subscriptions.by_person("test", "ada") == []


async def test_what_is_planned_moves_with_a_subscription(store: Store) -> None:
    there = Chat("test", "there")
    kept = await store.subscriptions.add(subscription())
    await store.deliveries.plan(DUE)

    assert await store.subscriptions.move(kept.id, there)

    assert await store.subscriptions.of(HERE) == []
    assert [each.chat for each in await store.deliveries.of(there, 9)] == [there]
    assert not await store.subscriptions.move(kept.id + 1, there)


async def test_stored_subscriptions_have_no_person_and_nothing_to_tell(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        add_subscription(connection, paused="platform")

    async with open_store(database_url) as store:
        (kept,) = await store.subscriptions.of(HERE)
        told = await store.pause_notices.take("test", DUE + timedelta(days=1), 9)

    assert (kept.query, kept.person, kept.paused) == ("agents", "", Pause.PLATFORM)
    assert told == []
