"""What is stored of taste, and the migration that brings its tables."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.domain.taste import Opinion, SaidWord, Strength, TasteSettings
from bot.storage import Store, open_store
from bot.storage.schema import metadata
from bot.storage.taste import Owner
from tests.builders import NOON
from tests.databases import connected
from tests.storage.former import CREATED, add_row, add_subscription, former_schema
from tests.storage.ledger import HERE, subscription

LATER = NOON + timedelta(hours=1)
ADA, BOB = Owner.of_person("test", "ada"), Owner.of_person("test", "bob")
GROUP, THREAD = Owner.of_chat(HERE), Owner.of_chat(Chat(HERE.surface, HERE.id, "7"))
BEFORE = "0013"


async def test_nothing_is_known_of_a_new_taste(store: Store) -> None:
    assert await store.tastes.settings(ADA) == TasteSettings()
    assert await store.tastes.liked("test", "ada", LATER) == []


async def test_a_word_that_is_said_again_counts_again_until_the_opposite_is_said(store: Store) -> None:
    await store.tastes.say(ADA, "agents", 1, NOON)
    await store.tastes.say(ADA, "agents", 1, LATER)
    assert (await store.tastes.settings(ADA)).words == (SaidWord("agents", 1, 2),)

    await store.tastes.say(ADA, "agents", -1, LATER)
    assert (await store.tastes.settings(ADA)).words == (SaidWord("agents", -1, 1),)

    assert await store.tastes.unsay(ADA, "agents")
    assert not await store.tastes.unsay(ADA, "agents")


async def test_people_chats_and_threads_have_tastes_of_their_own(store: Store) -> None:
    await store.tastes.say(ADA, "agents", 1, NOON)
    await store.tastes.set_strength(GROUP, Strength.MILD)

    assert await store.tastes.settings(BOB) == TasteSettings()
    assert await store.tastes.settings(THREAD) == TasteSettings()
    assert await store.tastes.settings(GROUP) == TasteSettings(strength=Strength.MILD)
    assert await store.tastes.owners() == {ADA}


async def test_a_reset_deletes_words_and_papers_and_keeps_the_strength(store: Store) -> None:
    await store.tastes.set_strength(ADA, Strength.MILD)
    await store.tastes.say(ADA, "agents", 1, NOON)
    await store.tastes.like("test", "ada", ["2604.00001"], NOON)
    await store.tastes.like("test", "bob", ["2604.00001"], NOON)

    await store.tastes.reset(ADA, LATER)

    assert await store.tastes.settings(ADA) == TasteSettings(strength=Strength.MILD, reset_at=LATER)
    assert await store.tastes.liked("test", "ada", LATER) == []
    assert len(await store.tastes.liked("test", "bob", LATER)) == 1


async def test_opinions_are_those_up_to_a_moment_newest_first(store: Store) -> None:
    await store.votes.put(HERE, "ada", "2604.00001", 1, NOON)
    await store.votes.put(HERE, "bob", "2604.00001", -1, LATER)
    await store.votes.put(Chat("test", "2"), "ada", "2604.00002", 1, LATER)
    await store.saved.add("test", "ada", "2604.00003", NOON)

    of_chat = await store.votes.opinions_of_chat(HERE, LATER)
    of_ada = await store.votes.opinions_of_person("test", "ada", LATER)

    assert [(each.person, each.value) for each in of_chat] == [("bob", -1), ("ada", 1)]
    assert [each.paper_id for each in of_ada] == ["2604.00002", "2604.00001"]
    assert await store.votes.opinions_of_chat(HERE, NOON) == [Opinion("ada", "2604.00001", 1, NOON)]
    assert await store.saved.opinions("test", "ada", NOON) == [Opinion("ada", "2604.00003", 1, NOON)]
    assert await store.saved.people(1) == {("test", "ada")}
    assert await store.votes.chats_with_opinions(1) == {HERE, Chat("test", "2")}
    assert await store.votes.people_with_opinions(2) == {("test", "ada")}


@pytest.mark.parametrize("trace", ["vote", "saved", "liked", "word", "strength"])
async def test_a_person_is_known_by_any_trace(store: Store, trace: str) -> None:
    assert not await store.tastes.is_person("test", "ada")
    match trace:
        case "vote":
            await store.votes.put(HERE, "ada", "2604.00001", 1, NOON)
        case "saved":
            await store.saved.add("test", "ada", "2604.00003", NOON)
        case "liked":
            await store.tastes.like("test", "ada", ["2604.00001"], NOON)
        case "word":
            await store.tastes.say(ADA, "agents", 1, NOON)
        case _:
            await store.tastes.set_strength(ADA, Strength.OFF)

    assert await store.tastes.is_person("test", "ada")
    assert not await store.tastes.is_person("test", "bob")


async def test_forgetting_a_person_leaves_no_row_of_their_taste(store: Store, store_url: str) -> None:
    for owner in (ADA, BOB):
        await store.tastes.set_strength(owner, Strength.MILD)
        await store.tastes.say(owner, "agents", 1, NOON)
        await store.tastes.like("test", owner.person, ["2604.00001"], NOON)

    assert await store.tastes.forget("test", "ada") == 3

    with connected(store_url) as connection:
        for name in ("taste_settings", "taste_words", "taste_papers"):
            people = connection.scalars(sa.select(metadata.tables[name].c.person)).all()
            assert list(people) == ["bob"]


async def test_forgetting_a_chat_forgets_what_was_said_of_its_taste_and_moving_takes_it_along(store: Store) -> None:
    await store.tastes.say(GROUP, "agents", 1, NOON)
    await store.tastes.set_strength(GROUP, Strength.MILD)
    moved = Chat("test", "9")

    await store.chats.move(HERE, moved)

    assert (await store.tastes.settings(Owner.of_chat(moved))).words == (SaidWord("agents", 1, 1),)
    assert await store.subscriptions.forget(moved) == 2
    assert await store.tastes.settings(Owner.of_chat(moved)) == TasteSettings()


async def test_a_subscription_keeps_its_strength(store: Store) -> None:
    kept = [await store.subscriptions.add(subscription(taste=each)) for each in (None, *Strength)]

    assert [each.taste for each in await store.subscriptions.of(HERE)] == [each.taste for each in kept]
    assert [each.taste for each in kept] == [None, *Strength]


async def test_a_database_with_rows_is_migrated_and_its_digests_stay_as_they_were(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        add_subscription(connection, size=5)
        add_row(
            connection,
            "votes",
            surface="test",
            chat="1",
            thread="",
            paper_id="2604.00001",
            person="ada",
            value=1,
            voted_at=CREATED,
        )

    async with open_store(database_url) as store:
        (kept,) = await store.subscriptions.of(HERE)
        votes = await store.votes.opinions_of_chat(HERE, NOON)

    assert (kept.query, kept.taste) == ("agents", None)
    assert [vote.person for vote in votes] == ["ada"]
